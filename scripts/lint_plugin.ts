/**
 * Our own lint rules, for what the import table cannot see: code outside the edges of the program
 * must not touch the world, the clock or the process by global names, and no promise may be left
 * alone. Loaded by `deno lint`; it sees syntax and no types, and says so where that is a limit.
 */

/** Folders and files that are the edge: what they touch, others reach through a port. */
const EDGE = /^(io|engines|supervisor|scripts|tests)\/|^main\.ts$/;
/** A browser page has no ports and no Deno. */
const BROWSER = /^web\//;
/** A test that exits takes all others with it; a program that a test starts is a program. */
const MAY_EXIT = /^scripts\/|^main\.ts$|^tests\/(?!.*_test\.ts$)/;
const TIMERS = ["setTimeout", "setInterval", "setImmediate"];

/** The name of a plain `object.property`, or undefined. */
function member(node: Deno.lint.Node): { object: string; property: string } | undefined {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  const { object, property } = node;
  if (property.type === "Identifier" && !node.computed) {
    return { object: object.name, property: property.name };
  }
  if (property.type === "Literal" && typeof property.value === "string") {
    return { object: object.name, property: property.value };
  }
  return undefined;
}

/** Path from the root of the project. The plugin is told an absolute one. */
function projectPath(filename: string): string {
  const root = new URL("../", import.meta.url).pathname;
  const path = filename.replace(/^file:\/\//, "");
  return path.startsWith(root) ? path.slice(root.length) : path;
}

const noWorld: Deno.lint.Rule = {
  create(context) {
    const path = projectPath(context.filename);
    if (EDGE.test(path)) return {};
    const refuse = (node: Deno.lint.Node, what: string, hint: string) =>
      context.report({ node, message: `${what} is not for ${path.split("/")[0]}/`, hint });
    const port = "Take a port of core/ports.ts as a parameter; io/ answers it";
    const clock = "Take the Clock of core/ports.ts as a parameter";

    return {
      Identifier(node) {
        if (node.name === "Deno" && !BROWSER.test(path) && !isPropertyName(node)) {
          refuse(node, "Deno.*", port);
        }
      },
      MemberExpression(node) {
        const name = member(node);
        if (name === undefined) return;
        const { object, property } = name;
        if (object === "Date" && property === "now") refuse(node, "Date.now", clock);
        if (object === "performance" && property === "now") refuse(node, "performance.now", clock);
        if (object === "process") refuse(node, "process.*", port);
        if (object !== "globalThis" || BROWSER.test(path)) return;
        if (property === "Deno" || property === "fetch" || property === "process") {
          refuse(node, `globalThis.${property}`, port);
        }
        if (TIMERS.includes(property)) refuse(node, `globalThis.${property}`, clock);
      },
      CallExpression({ callee }) {
        if (callee.type !== "Identifier" || BROWSER.test(path)) return;
        if (callee.name === "fetch") refuse(callee, "fetch", port);
        if (TIMERS.includes(callee.name)) refuse(callee, callee.name, clock);
      },
      NewExpression(node) {
        const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" &&
          node.arguments.length === 0;
        if (isNow) refuse(node, "new Date()", clock);
      },
    };
  },
};

/** `box.Deno` and `{ Deno: 1 }` name a property and not the global. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") return parent.property === node && !parent.computed;
  return parent.type === "Property" && parent.key === node && !parent.computed;
}

const noExit: Deno.lint.Rule = {
  create(context) {
    if (MAY_EXIT.test(projectPath(context.filename))) return {};
    return {
      MemberExpression(node) {
        const name = member(node);
        if (name === undefined || !["Deno", "process"].includes(name.object)) return;
        if (name.property !== "exit") return;
        context.report({
          node,
          message: `${name.object}.exit skips every clean-up that is still to come`,
          hint: "Return the exit code, or throw; main.ts exits",
        });
      },
    };
  },
};

/**
 * A promise as a statement of its own. Without types this sees `x.then(…)` and `x.finally(…)` with
 * no `.catch`, and calls of functions and methods that the same file declares async. A call of an
 * imported async function passes unseen.
 */
const noFloating: Deno.lint.Rule = {
  create(context) {
    const functions = new Set<string>();
    const methods = new Set<string>();
    const calls: { node: Deno.lint.CallExpression; name: string; of: Set<string> }[] = [];
    const report = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "A promise is left alone: when it fails, nobody hears of it",
        hint: "Await it, return it, or end it with .catch(…) that reports",
      });

    return {
      FunctionDeclaration(node) {
        if (node.async && node.id !== null) functions.add(node.id.name);
      },
      VariableDeclarator({ id, init }) {
        const isFunction = init?.type === "ArrowFunctionExpression" ||
          init?.type === "FunctionExpression";
        if (isFunction && init.async && id.type === "Identifier") functions.add(id.name);
      },
      MethodDefinition({ key, value }) {
        if (value.type !== "FunctionExpression" || !value.async) return;
        if (key.type === "Identifier" || key.type === "PrivateIdentifier") methods.add(key.name);
      },
      ExpressionStatement({ expression: node }) {
        if (node.type !== "CallExpression") return;
        const { callee } = node;
        if (callee.type === "Identifier") calls.push({ node, name: callee.name, of: functions });
        if (callee.type !== "MemberExpression") return;
        const { object, property } = callee;
        const name = property.type === "Identifier" || property.type === "PrivateIdentifier"
          ? property.name
          : "";
        if (object.type === "ThisExpression") calls.push({ node, name, of: methods });
        const isEnd = name === "finally" || (name === "then" && node.arguments.length < 2);
        if (isEnd) report(node);
      },
      // Only now is every declaration known: a function may be called above its own.
      "Program:exit"() {
        for (const { node, name, of } of calls) if (of.has(name)) report(node);
      },
    };
  },
};

/** What `deno.json` names under `lint.plugins`. */
const plugin: Deno.lint.Plugin = {
  name: "construct",
  rules: { "no-world": noWorld, "no-exit": noExit, "no-floating": noFloating },
};
export default plugin;
