/**
 * Suites that need something which a machine may lack: an engine, or the compiled executable.
 * Such a suite is skipped aloud, unless CONSTRUCT_TEST_REQUIRE names it: then its absence is a
 * failure. It must not look for anything itself; the suite says what it found.
 */

/** Everything that a machine can lack. The names are what CONSTRUCT_TEST_REQUIRE may hold. */
export const SUITES = ["docker", "podman", "rootless", "native", "exe"] as const;
export type SuiteName = typeof SUITES[number];

/** Parts of CONSTRUCT_TEST_REQUIRE, comma separated. An unknown name would require nothing. */
export function requiredSuites(value = Deno.env.get("CONSTRUCT_TEST_REQUIRE") ?? ""): SuiteName[] {
  const words = value.split(",").map((word) => word.trim()).filter((word) => word !== "");
  return words.map((word) => {
    const name = SUITES.find((suite) => suite === word);
    if (name === undefined) {
      throw new Error(`CONSTRUCT_TEST_REQUIRE holds "${word}", and may hold ${SUITES.join(", ")}`);
    }
    return name;
  });
}

/**
 * Registers the tests of `define` where `presence` is true; a text says why it is not.
 *
 * @example
 * suite("docker", await dockerAnswers() || "no docker answers", () => {
 *   Deno.test("docker run: passes the exit code on", …);
 * });
 */
export function suite(name: SuiteName, presence: boolean | string, define: () => void): void {
  const isRequired = requiredSuites().includes(name);
  if (presence === true || isRequired) noteKnown(name);
  if (presence === true) return define();
  const why = presence === false ? "it is not there" : presence;
  if (isRequired) {
    Deno.test(`suite ${name}: is required and did not run: ${why}`, () => {
      throw new Error(`CONSTRUCT_TEST_REQUIRE names ${name}, but ${why}`);
    });
  } else {
    Deno.test({ name: `suite ${name}: skipped, ${why}`, ignore: true, fn: () => {} });
  }
}

/** Tells scripts/test.ts, which cannot see it otherwise, that this suite is somewhere. */
function noteKnown(name: SuiteName): void {
  const file = Deno.env.get("CONSTRUCT_TEST_SUITES_FILE");
  if (file !== undefined) Deno.writeTextFileSync(file, `${name}\n`, { append: true });
}
