/**
 * All of it once more as an ordinary user, when the tests run as root. In a mount namespace of its
 * own where everybody may open /dev/net/tun, so that nothing on the machine is changed.
 */
import assert from "node:assert/strict";

const ignore = Deno.build.os !== "linux" || Deno.uid() !== 0;
const NOBODY = "65534";
const REPOSITORY = new URL("../../../", import.meta.url).pathname;
const SUITES = ["escape", "life", "limits", "network", "refusal", "terminal"];

// Deno and this repository are bound to where everybody may go: both may be in root's home.
const SETUP = `
folder=$1 deno=$2 repository=$3; shift 3
mount -t tmpfs -o mode=755 tmpfs "$folder" && cd "$folder" &&
mknod -m 666 tun c 10 200 && mkdir -p /dev/net repository && : > deno &&
{ test -e /dev/net/tun || : > /dev/net/tun; } && mount --bind tun /dev/net/tun &&
mount --bind "$deno" deno && mount --bind "$repository" repository &&
install -d -o ${NOBODY} home && cd repository || exit 1
exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups \\
  env -i HOME="$folder/home" DENO_DIR="$folder/home/deno" PATH="$PATH" \\
  "$folder/deno" test -A --no-check --no-lock "$@"
`;

Deno.test({ name: "native engine: holds for an ordinary user too", ignore }, async () => {
  const folder = await Deno.makeTempDir();
  const { success, stdout, stderr } = await new Deno.Command("timeout", {
    args: [
      ...["120", "unshare", "--mount", "sh", "-c", SETUP, "sh"],
      ...[folder, Deno.execPath(), REPOSITORY],
      ...SUITES.map((suite) => `tests/engines/native/${suite}_test.ts`),
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
  await Deno.remove(folder, { recursive: true });
});
