// Taplo's language server, over standard input and output: the engine that its extension for VS Code runs, as the package
// @taplo/lsp has it. The programs that pip and npm install come without it.
//
// node taplo.mjs FOLDER: the folder with node_modules. Never: a network.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { TaploLsp } = createRequire(path.resolve(process.argv[2], "package.json"))("@taplo/lsp");

const nowhere = async () => {
  throw new Error("there is no network");
};

const environment = {
  now: () => new Date(),
  envVar: (name) => process.env[name],
  envVars: () => Object.entries(process.env),
  stdErrAtty: () => false,
  stdin: async () => new Uint8Array(),
  stdout: async (bytes) => bytes.length,
  stderr: async (bytes) => bytes.length,
  glob: () => [],
  readFile: (file) => fs.promises.readFile(file),
  writeFile: async () => {},
  urlToFilePath: (url) => (url.startsWith("file:") ? fileURLToPath(url) : undefined),
  isAbsolute: (file) => path.isAbsolute(file),
  cwd: () => process.cwd(),
  findConfigFile: () => undefined,
  fetch: { fetch: nowhere, Headers, Request, Response },
};

const answer = (message) => {
  const body = Buffer.from(JSON.stringify(message));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
};

const server = await TaploLsp.initialize(environment, { onMessage: answer });

let received = Buffer.alloc(0);
process.stdin.on("data", (data) => {
  received = Buffer.concat([received, data]);
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    const length = end < 0 ? null : /content-length: *(\d+)/i.exec(received.subarray(0, end));
    if (!length || received.length < end + 4 + Number(length[1])) return;
    const message = received.subarray(end + 4, end + 4 + Number(length[1]));
    received = received.subarray(end + 4 + Number(length[1]));
    server.send(JSON.parse(message));
  }
});
process.stdin.on("end", () => process.exit(0));
