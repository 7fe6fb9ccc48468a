/**
 * A stand-in for `ct run`: makes one native box around a program, with our own three streams, and
 * exits like it. For tests that kill it, give it a terminal or leave descriptors open.
 *
 * Usage: drive.ts WALLS NETWORK TTY FOLDER PROGRAM [ARGUMENT…]; FOLDER gets what it saw.
 */
import type { BoxNetwork } from "../../../core/model/box.ts";
import { isWalls } from "../../../engines/native/tools.ts";
import { makeWorld, SIGNAL } from "./fixture.ts";

const [walls = "", network = "", tty = "", folder = "", ...program] = Deno.args;
if (!isWalls(walls)) throw new TypeError(`walls is "${walls}"`);
const NETWORKS: Record<string, BoxNetwork> = { none: "none", open: "open" };

let code: number;
{
  await using world = await makeWorld({ walls });
  const { plan, life, record } = await world.plan(program, {
    network: NETWORKS[network] ?? "none",
    tty: tty === "tty",
  });
  if (tty === "tty") {
    plan.entry = plan.entry.toSpliced(2, 0, "--tty");
  }
  const client = await world.engine.run(
    plan,
    { stdin: "inherit", stdout: "inherit", stderr: "inherit" },
    { signal: SIGNAL },
  );
  await Deno.writeTextFile(`${folder}/client`, String(client.pid));
  code = (await client.exited).code;
  life.close();
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pgid=,tpgid=", "-p", String(Deno.pid)],
    stdin: "null",
  }).output();
  await Deno.writeTextFile(`${folder}/groups`, new TextDecoder().decode(stdout).trim());
  await Deno.writeTextFile(`${folder}/record`, record());
}
Deno.exitCode = code;
