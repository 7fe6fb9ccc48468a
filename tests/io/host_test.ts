/** What a run learns about this machine, and which folder is the project. */
import assert from "node:assert/strict";
import { findProject, readGitIdentity, readHost } from "../../io/host.ts";
import { makePrograms } from "../fakes/programs.ts";

/** Real absolute paths in a temporary folder, with a home in it. */
async function makeMachine() {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "ct-host-" }));
  const home = `${root}/home/anna`;
  const folder = async (path: string) => {
    await Deno.mkdir(`${home}/${path}`, { recursive: true });
    return `${home}/${path}`;
  };
  await Deno.mkdir(home, { recursive: true });
  return {
    root,
    home,
    folder,
    /** A folder that looks like a repository. */
    repository: async (path: string) => {
      await folder(`${path}/.git`);
      return `${home}/${path}`;
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("project find: the nearest folder above that is a repository", async () => {
  await using machine = await makeMachine();
  const root = await machine.repository("shop");
  const cwd = await machine.folder("shop/src/a b");
  assert.deepEqual(await findProject(cwd, [], machine.home), { root, cwd });
  assert.deepEqual(await findProject(root, [], machine.home), { root, cwd: root });
  const inner = await machine.repository("shop/vendor/lib");
  assert.deepEqual(await findProject(inner, [], machine.home), { root: inner, cwd: inner });
});

Deno.test("project find: a worktree has a file where others have a folder", async () => {
  await using machine = await makeMachine();
  const root = await machine.folder("tree");
  await Deno.writeTextFile(`${root}/.git`, "gitdir: elsewhere");
  const cwd = await machine.folder("tree/src");
  assert.deepEqual(await findProject(cwd, [], machine.home), { root, cwd });
});

Deno.test("project find: without a repository it is the folder itself", async () => {
  await using machine = await makeMachine();
  const cwd = await machine.folder("notes/today");
  assert.deepEqual(await findProject(cwd, [], machine.home), { root: cwd, cwd });
  const { home } = machine;
  assert.deepEqual(await findProject(home, [], home), { root: home, cwd: home });
});

Deno.test("project find: a home that is a repository is no project", async () => {
  await using machine = await makeMachine();
  await machine.folder(".git");
  await Deno.mkdir(`${machine.root}/.git`);
  const cwd = await machine.folder("notes/today");
  assert.deepEqual(await findProject(cwd, [], machine.home), { root: cwd, cwd });
});

Deno.test("project find: a registered project wins over repositories, the innermost of them", async () => {
  await using machine = await makeMachine();
  const outer = await machine.repository("work");
  const shop = await machine.folder("work/shop");
  const cwd = await machine.repository("work/shop/lib");
  const find = (...registered: string[]) => findProject(cwd, registered, machine.home);
  assert.equal((await find(outer)).root, outer);
  assert.equal((await find(outer, shop)).root, shop);
  assert.equal((await find(`${shop}/li`, `${machine.home}/other`)).root, cwd);
});

Deno.test("project find: links are resolved", async () => {
  await using machine = await makeMachine();
  const root = await machine.repository("shop");
  const cwd = await machine.folder("shop/src");
  await Deno.symlink(cwd, `${machine.root}/link`);
  assert.deepEqual(await findProject(`${machine.root}/link`, [], machine.home), { root, cwd });
});

Deno.test("host read: home, bundle and sockets are real paths", async () => {
  await using machine = await makeMachine();
  const { root, home } = machine;
  await Deno.symlink(home, `${root}/home-link`);
  await Deno.writeTextFile(`${root}/bundle.pem`, "");
  await Deno.symlink(`${root}/bundle.pem`, `${root}/bundle-link.pem`);
  await Deno.mkdir(`${root}/sockets`);
  await Deno.symlink(`${root}/sockets`, `${root}/sockets-link`);
  await Deno.writeTextFile(`${root}/sockets/docker.sock`, "");
  const { home: found, caBundle, engineSockets } = await readHost({
    HOME: `${root}/home-link`,
    SSL_CERT_FILE: `${root}/bundle-link.pem`,
    DOCKER_HOST: `unix://${root}/sockets-link/docker.sock`,
    XDG_RUNTIME_DIR: root,
  });
  assert.equal(found, home);
  assert.equal(caBundle, `${root}/bundle.pem`);
  assert.ok(engineSockets.includes(`${root}/sockets/docker.sock`), `${engineSockets}`);
});

Deno.test("host read: a bundle that is not there is passed over", async () => {
  await using machine = await makeMachine();
  await Deno.writeTextFile(`${machine.root}/extra.pem`, "");
  const { caBundle } = await readHost({
    HOME: machine.home,
    SSL_CERT_FILE: `${machine.root}/missing.pem`,
    NODE_EXTRA_CA_CERTS: `${machine.root}/extra.pem`,
  });
  assert.equal(caBundle, `${machine.root}/extra.pem`);
});

Deno.test("host read: sockets that are there, for this user", async () => {
  await using machine = await makeMachine();
  await Deno.mkdir(`${machine.root}/podman`);
  await Deno.writeTextFile(`${machine.root}/podman/podman.sock`, "");
  await machine.folder(".colima/default");
  await Deno.writeTextFile(`${machine.home}/.colima/default/docker.sock`, "");
  const env = { HOME: machine.home, XDG_RUNTIME_DIR: machine.root, DOCKER_HOST: "tcp://h:1" };
  const { engineSockets } = await readHost(env);
  assert.deepEqual(engineSockets.filter((path) => path.startsWith(machine.root)), [
    `${machine.root}/podman/podman.sock`,
    `${machine.home}/.colima/default/docker.sock`,
  ]);
});

Deno.test("host read: without git there is no identity, and that is no failure", async () => {
  await using machine = await makeMachine();
  await using _ = await makePrograms({});
  assert.deepEqual(await readGitIdentity(machine.home), {});
});

Deno.test("host read: git's answer, the last of each; values may have anything in them", async () => {
  await using machine = await makeMachine();
  const said = String.raw`user.name\nGlobal\0user.email\na@b\0user.name\nAnna = "x"\nB\0`;
  await using programs = await makePrograms({ git: `printf '${said}'` });
  const git = await readGitIdentity(machine.home);
  assert.deepEqual(git, { name: 'Anna = "x"\nB', email: "a@b" });
  assert.deepEqual(await programs.calls("git"), [
    "config --null --get-regexp ^user\\.(name|email)$",
  ]);
});
