/** Whatever happens during a launch, and in whatever order: it ends, tidies up and never lies. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClientExit } from "../../../core/ports.ts";
import type { FakeKnobs } from "../../fakes/engine.ts";
import { BOX_NAME, type FakeLaunch, makeLaunch } from "../../fakes/launch.ts";
import { settle } from "../../fakes/settle.ts";

/** What can happen while a launch goes on. */
type Step =
  | { do: "exit"; code: number }
  | { do: "clientEnds"; exit: ClientExit }
  | { do: "boxDies" | "cancel" | "end" }
  | { do: "signal"; name: string }
  | { do: "says"; line: string }
  | { do: "wait"; ms: number };

const CLIENT_EXIT = fc.record({
  code: fc.constantFrom(0, 1, 125, 137, 143),
  signal: fc.constantFrom(undefined, "SIGKILL", "SIGTERM"),
});

const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("exit" as const), code: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ do: fc.constant("clientEnds" as const), exit: CLIENT_EXIT }),
  fc.record({ do: fc.constantFrom("boxDies" as const, "cancel" as const, "end" as const) }),
  fc.record({ do: fc.constant("signal" as const), name: fc.constantFrom("INT", "USR1") }),
  fc.record({
    do: fc.constant("says" as const),
    line: fc.constantFrom("exit 0", "exit 300", "missing /x", "started 9", "ready eth0", "\0", ""),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 3000 }) }),
);

const KNOBS: fc.Arbitrary<Partial<FakeKnobs>> = fc.record({
  failsToStart: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
  neverReady: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
  interfaces: fc.constantFrom(["lo"], ["lo"], ["lo", "eth0"]),
  clientSays: fc.option(CLIENT_EXIT, { nil: undefined, freq: 3 }),
});

function take(world: FakeLaunch, step: Step, exit: (code: number) => void): void {
  const box = world.engine.boxes.get(BOX_NAME);
  if (step.do === "exit") exit(step.code);
  else if (step.do === "clientEnds") box?.endClient(step.exit);
  else if (step.do === "boxDies") box?.killBox();
  else if (step.do === "cancel") world.cancel.abort();
  else if (step.do === "end") world.running()?.end();
  else if (step.do === "signal") world.running()?.signal(step.name);
  else if (step.do === "wait") world.clock.advance(step.ms);
  else if (step.do === "says") {
    const end = world.folders.opened[0]?.end;
    // Only a program that runs can write to its record.
    if (box !== undefined && end?.record().pid !== undefined) end.say(step.line);
  }
}

Deno.test("launch: ends tidily after any events, with a code that the record bears out", async () => {
  await fc.assert(
    fc.asyncProperty(
      KNOBS,
      fc.constantFrom("open" as const, "none" as const),
      fc.array(STEP, { maxLength: 12 }),
      async (knobs, network, steps) => {
        const exit = Promise.withResolvers<number>();
        const world = makeLaunch({ ...knobs, program: () => exit.promise });
        await world.start({ network });
        for (const step of steps) {
          take(world, step, exit.resolve);
          await settle();
        }
        // Whatever is left is asked to end, and gets the two seconds that are promised.
        world.running()?.end();
        await settle();
        world.clock.advance(2000);
        await settle();
        const ended = world.ended();
        assert.ok(ended, "it ends within two seconds after it was asked to");
        assert.deepEqual(world.folders.opened.map(({ disposed }) => disposed), [1]);
        assert.equal(world.engine.boxes.size, 0, "the box is gone");
        const { exitCode, pid } = world.folders.opened[0]?.end.record() ?? {};
        if (ended.outcome?.kind !== "ended") return;
        assert.ok(pid !== undefined, "what never started cannot have ended");
        if (exitCode !== undefined) assert.equal(ended.outcome.code, exitCode);
        else assert.notEqual(ended.outcome.code, 0);
      },
    ),
    { numRuns: 1000 },
  );
});
