/** A native box that shares our terminal: it may use it, not abuse it, and gives it back. */
import assert from "node:assert/strict";

const ignore = Deno.build.os !== "linux";
const DRIVE = new URL("drive.ts", import.meta.url).pathname;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const EPERM = 1;

/** Runs shell words in a terminal of their own; what they print, and what the driver saw. */
async function inTerminal(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("timeout", {
    args: ["20", "script", "-qec", script, "/dev/null"],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).replaceAll("\r", "");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The native driver around a program, as words of a shell line: `%` in `around`. */
async function drive(
  walls: string,
  program: string[],
  around = "%",
): Promise<{ out: string; groups: string }> {
  const folder = await Deno.makeTempDir();
  const words = [Deno.execPath(), "run", "-A", "--no-check", DRIVE, walls, "none", "tty", folder];
  const line = [...words, ...program].map(quote).join(" ");
  const out = await inTerminal(around.replace("%", () => line));
  const groups = await Deno.readTextFile(`${folder}/groups`).catch(() => "none");
  await Deno.remove(folder, { recursive: true });
  return { out, groups };
}

for (const walls of ["bwrap", "unshare"] as const) {
  const name = (behaviour: string) => `native terminal (${walls}): ${behaviour}`;

  Deno.test({ name: name("the program is in the foreground"), ignore }, async () => {
    const { out } = await drive(walls, [
      "sh",
      "-c",
      "test -t 0 && test -t 1 && echo terminal; set -- $(ps -o pgid=,tpgid= -p $$); " +
      '[ "$1" = "$2" ] && echo foreground; stty size >/dev/null </dev/tty && echo own',
    ]);
    assert.equal(out, "terminal\nforeground\nown\n");
  });

  Deno.test({ name: name("the terminal is ours again afterwards"), ignore }, async () => {
    const { groups } = await drive(walls, ["true"]);
    const [group, foreground] = groups.split(/\s+/);
    assert.equal(group, foreground);
    assert.match(group ?? "", /^\d+$/);
  });

  Deno.test({ name: name("its modes are put back after a violent end"), ignore }, async () => {
    const { out } = await drive(
      walls,
      ["sh", "-c", "stty raw -echo; kill -KILL $$"],
      'before=$(stty -g); %; [ "$(stty -g)" = "$before" ] && echo same; stty raw; ' +
        '[ "$(stty -g)" = "$before" ] || echo control',
    );
    assert.match(out, /same\s+control/);
  });

  for (const [request, word] of [[TIOCSTI, "typing"], [TIOCLINUX, "pasting"]] as const) {
    Deno.test({ name: name(`${word} into our shell is refused`), ignore }, async () => {
      const attempt = [
        "perl",
        "-e",
        `my $c = "x"; ioctl STDIN, ${request}, $c; print $! + 0, "\\n"`,
      ];
      // Outside it works, or the kernel says something else than our filter does.
      const control = await inTerminal(`${attempt.map(quote).join(" ")}`);
      assert.doesNotMatch(control, new RegExp(`^${EPERM}$`, "m"));
      assert.equal((await drive(walls, attempt)).out, `${EPERM}\n`);
    });
  }

  Deno.test(
    { name: name("without one, the box has no controlling terminal"), ignore },
    async () => {
      const folder = await Deno.makeTempDir();
      const attempt = ["sh", "-c", "(: < /dev/tty) 2>/dev/null && echo has || echo none"];
      assert.equal(await inTerminal(attempt.map(quote).join(" ")), "has\n");
      const words = [
        Deno.execPath(),
        "run",
        "-A",
        "--no-check",
        DRIVE,
        walls,
        "none",
        "no",
        folder,
      ];
      assert.equal(await inTerminal([...words, ...attempt].map(quote).join(" ")), "none\n");
      await Deno.remove(folder, { recursive: true });
    },
  );
}
