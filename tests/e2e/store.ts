/** The packages store without the network: a stand-in for an agent that was installed before. */
import { imageReference, storeName } from "../../core/model/names.ts";
import { testImage } from "../fixtures/docker.ts";
import { docker } from "./docker.ts";
import type { Program } from "./program.ts";

/** Makes `ct <agent>` run this shell script. */
export async function plantAgent(ct: Program, agent: string, script: string): Promise<void> {
  const text = `#!/bin/sh\n${script}\n`;
  const bin = `${agent}@latest/bin`;
  const store = storeName(ct.installation);
  if (ct.engine === "native") {
    const folder = `${ct.data}/native/stores/${store}/${bin}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/${agent}`, text, { mode: 0o755 });
    return;
  }
  const image = imageReference(ct.installation, (await testImage()).split(":")[1] ?? "");
  await docker("volume", "create", `--label=construct.id=${ct.installation}`, store);
  const command = 'mkdir -p "$1" && printf %s "$2" >"$1/$3" && chmod 755 "$1/$3"';
  await docker(
    ...["run", "--rm", "--network=none", `--volume=${store}:/store`, "--workdir=/store", image],
    ...["sh", "-c", command, "sh", bin, text, agent],
  );
}
