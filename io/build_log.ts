/** The log file of one long work, such as an image build: everything that was said, in order. */

export interface BuildLog {
  file: string;
  write(line: string): void;
  close(): void;
}

/** Makes `<folder>/build_<time>.log`. `now` is in ms since 1970. */
export async function createBuildLog(folder: string, now: number): Promise<BuildLog> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
  const path = `${folder}/build_${time}.log`;
  const file = await Deno.open(path, { write: true, create: true, append: true, mode: 0o600 });
  const encoder = new TextEncoder();
  return {
    file: path,
    // Synchronous: lines keep their order, and a full disk fails the build where it happens.
    write: (line) => void file.writeSync(encoder.encode(`${line}\n`)),
    close: () => file.close(),
  };
}
