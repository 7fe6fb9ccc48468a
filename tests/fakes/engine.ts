/**
 * An engine in memory. Its boxes run a function instead of a program, through a runner that keeps
 * the contract of templates/runner.pl. Nothing is isolated: it is for logic above engines, and the
 * knobs are what real engines did to us.
 */
import type { BoxInfo, BoxPlan } from "../../core/model/box.ts";
import { LABEL } from "../../core/model/box.ts";
import { BOX } from "../../core/model/layout.ts";
import type { BoxClient, ClientExit, Clock, Engine } from "../../core/ports.ts";
import type { EngineName } from "../../core/model/engine.ts";
import type { BoxEnd, FakeRunFolders } from "./run_folders.ts";

/** What a program sees. */
export interface FakeProcess {
  argv: readonly string[];
  environment: Readonly<Record<string, string>>;
  plan: BoxPlan;
  /** The next signal that is for the program. */
  nextSignal(): Promise<string>;
  /** Writes to its own record, as a hostile program can. */
  say(line: string): void;
}

export type FakeProgram = (process: FakeProcess) => number | Promise<number>;

export interface FakeKnobs {
  program: FakeProgram;
  /** The client says this when it ends, whatever the runner recorded. */
  clientSays: ClientExit | undefined;
  /** `run` throws this. */
  refuses: Error | undefined;
  /** The client ends at once with 125 and no runner ever ran. */
  failsToStart: boolean;
  /** The runner never says a word. */
  neverReady: boolean;
  /** What the runner sees in a box that has no network. */
  interfaces: string[];
  /** What the proof from outside throws. */
  proof: Error | undefined;
  /** Files of `--needs` that are there. */
  files: string[];
  /** What `remove` and `list` throw. */
  removeFails: Error | undefined;
  listFails: Error | undefined;
  /** Called while `run` is at work, before there is a client. */
  onRun: () => void;
}

export interface FakeBox {
  plan: BoxPlan;
  /** The client ends, killed when nothing is said; the box stays. */
  endClient(exit?: ClientExit): void;
  /** Everything in the box dies at once, its runner too, as by the memory limit. */
  killBox(): void;
}

export interface FakeEngine extends Engine {
  knobs: FakeKnobs;
  /** What was asked, in order: `run NAME`, `remove NAME`, `prove NAME`, `explain NAME`. */
  calls: string[];
  /** Boxes that are there now, by name. */
  boxes: Map<string, FakeBox>;
  /** Boxes that others left, for `list`. */
  others: BoxInfo[];
}

export interface FakeEngineOptions {
  folders: FakeRunFolders;
  clock: Clock;
  name?: EngineName;
  knobs?: Partial<FakeKnobs>;
}

const KILLED = 137;
/** As in the runner: between TERM and the end of the box. */
const GRACE_MS = 1000;

export function createFakeEngine(options: FakeEngineOptions): FakeEngine {
  const { folders, clock, name = "docker" } = options;
  const calls: string[] = [];
  const boxes = new Map<string, FakeBox>();
  const others: BoxInfo[] = [];
  const knobs: FakeKnobs = {
    program: () => 0,
    clientSays: undefined,
    refuses: undefined,
    failsToStart: false,
    neverReady: false,
    interfaces: ["lo"],
    proof: undefined,
    files: [],
    removeFails: undefined,
    listFails: undefined,
    onRun: () => {},
    ...options.knobs,
  };

  function start(plan: BoxPlan): BoxClient {
    const mount = plan.mounts.find(({ target }) => target === BOX.run);
    const end = folders.find(mount?.source ?? "none");
    const client = Promise.withResolvers<ClientExit>();
    const killed = Promise.withResolvers<number>();
    const box: FakeBox = {
      plan,
      endClient: (exit = { code: KILLED, signal: "SIGKILL" }) => client.resolve(exit),
      killBox: () => killed.resolve(KILLED),
    };
    boxes.set(plan.name, box);
    const over = (code: number) => {
      boxes.delete(plan.name);
      client.resolve(knobs.clientSays ?? { code, signal: undefined });
    };
    if (knobs.failsToStart) over(125);
    else void Promise.race([runner(plan, end, killed.promise), killed.promise]).then(over);
    return {
      pid: 1000 + calls.length,
      exited: client.promise,
      stdin: undefined,
      stdout: undefined,
      stderr: undefined,
      kill: () => box.endClient(),
    };
  }

  /** The steps of templates/runner.pl. After its death a runner says nothing. */
  async function runner(plan: BoxPlan, end: BoxEnd, death: Promise<number>): Promise<number> {
    let dead = false;
    const died = death.then((code) => {
      dead = true;
      return code;
    });
    const say = (line: string) => dead ? undefined : end.say(line);
    if (knobs.neverReady) return await died;
    const cut = plan.entry.indexOf("--");
    const needs = plan.entry.slice(0, cut).find((word) => word.startsWith("--needs="))?.slice(8);
    if (needs !== undefined && !knobs.files.includes(needs)) {
      say(`missing ${needs}`);
      return 125;
    }
    say(`ready ${knobs.interfaces.join(",")}`);
    const environment = await end.next();
    if (dead || environment === undefined || typeof environment === "string") return 125;
    const signals = createQueue();
    const tooLate = forward(end, signals.put);
    say("started 7");
    const argv = plan.entry.slice(cut + 1);
    const process = { argv, environment, plan, nextSignal: signals.take, say: end.say };
    const code = await Promise.race([knobs.program(process), tooLate, died]);
    say(`exit ${code}`);
    return code;
  }

  /** Hands signals over; when the host's end closes, TERM, and the end after the grace. */
  async function forward(end: BoxEnd, put: (signal: string) => void): Promise<number> {
    for (let word = await end.next(); word !== undefined; word = await end.next()) {
      if (typeof word === "string") put(word);
    }
    put("TERM");
    return await new Promise((done) => clock.setTimeout(() => done(KILLED), GRACE_MS));
  }

  return {
    name,
    far: false,
    openPipe: () => Promise.reject(new TypeError("the fake is near")),
    hasImages: false,
    knobs,
    calls,
    boxes,
    others,
    unmet: () => Promise.resolve([]),
    argv: (plan) => ["fake", "run", plan.name],
    async run(plan) {
      calls.push(`run ${plan.name}`);
      await Promise.resolve();
      knobs.onRun();
      if (knobs.refuses !== undefined) throw knobs.refuses;
      return start(plan);
    },
    proveOffline(box) {
      calls.push(`prove ${box}`);
      return knobs.proof === undefined ? Promise.resolve() : Promise.reject(knobs.proof);
    },
    explain(plan, { code }) {
      calls.push(`explain ${plan.name}`);
      return Promise.resolve(new Error(`explained ${code}`));
    },
    list(owner) {
      if (knobs.listFails !== undefined) return Promise.reject(knobs.listFails);
      const mine = [...boxes.values()].map(({ plan }) => toInfo(name, plan));
      return Promise.resolve([...mine, ...others].filter(() => owner !== "nobody"));
    },
    stop(box) {
      boxes.get(box)?.killBox();
      return Promise.resolve();
    },
    remove(box) {
      calls.push(`remove ${box}`);
      if (knobs.removeFails !== undefined) return Promise.reject(knobs.removeFails);
      boxes.get(box)?.killBox();
      boxes.delete(box);
      others.splice(0, others.length, ...others.filter((other) => other.name !== box));
      return Promise.resolve();
    },
    images: {
      has: () => Promise.resolve(true),
      build: () => Promise.resolve(),
      list: () => Promise.resolve([]),
      remove: () => Promise.resolve(),
    },
    store: (store) => Promise.resolve({ kind: "volume", source: store }),
  };
}

function createQueue() {
  const waiting: ((signal: string) => void)[] = [];
  const held: string[] = [];
  return {
    put(signal: string) {
      const taker = waiting.shift();
      if (taker === undefined) held.push(signal);
      else taker(signal);
    },
    take: () =>
      new Promise<string>((resolve) => {
        const first = held.shift();
        if (first === undefined) waiting.push(resolve);
        else resolve(first);
      }),
  };
}

function toInfo(engine: string, { name, labels }: BoxPlan): BoxInfo {
  return {
    name,
    engine,
    state: "running",
    agent: labels[LABEL.agent] ?? "",
    project: labels[LABEL.project] ?? "",
    network: labels[LABEL.network] ?? "",
    createdAt: "2026-11-20T12:00:00.000Z",
    owner: { pid: Number(labels[LABEL.ownerPid] ?? 0), start: labels[LABEL.ownerStart] ?? "" },
  };
}
