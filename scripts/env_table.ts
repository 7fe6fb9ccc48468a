/**
 * The environment variables that the program reads, for docs/env.md. A test compares this list with
 * the code, both ways, so it holds every name and no other. It says nothing about values.
 */

export interface EnvVariable {
  name: string;
  text: string;
}

/** Ours: documented and stable. */
export const OUR_VARIABLES: readonly EnvVariable[] = [
  { name: "CONSTRUCT_CONFIG_DIR", text: "Folder of config.toml. Must be an absolute path." },
  {
    name: "CONSTRUCT_DATA_DIR",
    text: "Folder of homes, logs and what else is kept; the folder of config.toml when unset.",
  },
  { name: "CONSTRUCT_DEBUG", text: "`1` is `--ct-debug` for every command." },
];

/** Those of the system and of other programs, read as everybody reads them. */
export const FOREIGN_VARIABLES: readonly EnvVariable[] = [
  { name: "DOCKER_CONTEXT", text: "Which of docker's contexts to use." },
  { name: "DOCKER_HOST", text: "Where docker listens." },
  { name: "EDITOR", text: "Editor of `ct config edit`, after `VISUAL`." },
  { name: "HOME", text: "Your home folder." },
  { name: "NODE_EXTRA_CA_CERTS", text: "Certificate authorities, after `SSL_CERT_FILE`." },
  { name: "NO_COLOR", text: "Anything but nothing switches colours off." },
  { name: "SSL_CERT_FILE", text: "Bundle of certificate authorities that boxes trust too." },
  { name: "TERM", text: "`dumb` switches colours off." },
  { name: "VISUAL", text: "Editor of `ct config edit`." },
  { name: "XDG_RUNTIME_DIR", text: "Where a rootless engine listens." },
];

/** What a program in a box finds, besides the terminal, language, proxy and its own keys. */
export const BOX_VARIABLES: readonly EnvVariable[] = [
  { name: "CONSTRUCT_AGENT", text: "Name of the agent; unset for `ct run` and `ct shell`." },
  { name: "CONSTRUCT_NETWORK", text: "Network mode of the box." },
  { name: "CONSTRUCT_PATH", text: "The search path that `PATH` began with." },
];

/** Variables for those who build and test this program. */
export const DEVELOPER_VARIABLES: readonly EnvVariable[] = [
  {
    name: "CONSTRUCT_EXE",
    text: "Executable that the end-to-end tests and `deno task bench` use.",
  },
  {
    name: "CONSTRUCT_TEST_REQUIRE",
    text: "Suites that must not be skipped: some of docker, podman, rootless, native, exe.",
  },
  { name: "CONSTRUCT_TEST_LONG", text: "Set by `deno task test:long` for its tests." },
  { name: "DENORT_BIN", text: "Runtime base for `deno task build`, instead of a download." },
];
