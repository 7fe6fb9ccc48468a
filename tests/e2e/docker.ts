/** Docker's own client, for what tests ask of the engine behind the program's back. */
import { testImage } from "../fixtures/docker.ts";

/** What it prints. @throws when it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("docker", { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout).trim();
  throw new Error(`docker ${args.join(" ")}: ${decoder.decode(stderr)}`);
}

/** Gives an installation the image that all tests share. */
export async function tagImage(installation: string): Promise<void> {
  const image = await testImage();
  await docker("tag", image, `construct-box-${installation}:${image.split(":")[1]}`);
}

/** Takes everything away that an installation has: boxes, images, volumes. */
export async function removeFromDocker(installation: string): Promise<void> {
  const filter = `label=construct.id=${installation}`;
  while (true) {
    const boxes = lines(await docker("ps", "-aq", "--filter", filter));
    if (boxes.length === 0) break;
    // It fails for a box that the engine is removing by itself at this moment: then look again.
    await docker("rm", "--force", "--volumes", ...boxes).catch(() => {});
  }
  const images = lines(
    await docker("images", "--format={{.Repository}}:{{.Tag}}", `construct-box-${installation}`),
  );
  if (images.length > 0) await docker("rmi", ...images);
  const volumes = lines(await docker("volume", "ls", "-q", "--filter", filter));
  if (volumes.length > 0) await docker("volume", "rm", ...volumes);
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
