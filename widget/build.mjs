// Builds web/static/{loader.js,chat.js,chat.css,enter-key.js} and build-manifest.json. `node build.mjs [outdir]`; the same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const outdir = path.resolve(process.argv[2] ?? path.join(here, "../web/static"));

/** CSS imported by TypeScript becomes its minified text, for constructed style sheets; CSS imported by CSS stays CSS. */
const cssText = {
  name: "css-text",
  setup(build) {
    build.onResolve({ filter: /\.css$/ }, (args) =>
      args.kind === "import-statement" ? { path: path.resolve(args.resolveDir, args.path), namespace: "css-text" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "css-text" }, async (args) => {
      const { code } = await esbuild.transform(await readFile(args.path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const options = {
  absWorkingDir: here,
  entryNames: "[name]",
  outdir,
  bundle: true,
  minify: true,
  target: ["es2022"],
  charset: "utf8",
  // Licence texts of the bundled libraries stay in the files that are handed out.
  legalComments: "eof",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [cssText],
  write: false,
};
const results = await Promise.all([
  esbuild.build({ ...options, format: "iife", entryPoints: ["src/loader/loader.ts", "src/chat/chat.ts", "src/chat/chat.css"] }),
  // The staff's page has scripts of its own and takes only this from the chat.
  esbuild.build({ ...options, format: "esm", entryPoints: ["src/chat/enter-key.ts"] }),
]);

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

async function* sources(folder) {
  for (const entry of await readdir(path.join(here, folder), { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(name);
    else yield name;
  }
}

/** `sources`: SHA-256 over the lines "<sha256 of the file>  <path under widget/>\n", sorted by path: what sha256sum would print. */
async function sourcesHash() {
  const names = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"];
  for await (const name of sources("src")) names.push(name);
  const lines = await Promise.all(names.sort().map(async (name) => `${sha256(await readFile(path.join(here, name)))}  ${name}\n`));
  return sha256(lines.join(""));
}

await mkdir(outdir, { recursive: true });
const files = {};
for (const file of results.flatMap((result) => result.outputFiles)) {
  const name = path.basename(file.path);
  await writeFile(path.join(outdir, name), file.contents);
  files[name] = { sha256: sha256(file.contents), bytes: file.contents.length };
  console.log(`${name}: ${file.contents.length} bytes, ${gzipSync(file.contents, { level: 9 }).length} gzipped`);
}
const ordered = Object.fromEntries(Object.entries(files).sort());
const manifest = { sources: await sourcesHash(), files: ordered };
await writeFile(path.join(outdir, "build-manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
