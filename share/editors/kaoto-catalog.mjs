// Makes a catalog for Kaoto that also knows the components of Mail Caravan:
//   node kaoto-catalog.mjs FROM TO
// FROM is the folder of a catalog of Kaoto, with its index.json; TO is a new folder. Nothing is changed in FROM.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Camel's version here, and those next to it that Kaoto has.
const NEAR = ["4.17", "4.18", "4.14"];

const [from, to] = process.argv.slice(2);
if (!from || !to || !existsSync(join(from, "index.json")) || existsSync(to)) {
  console.error("Usage: node kaoto-catalog.mjs FROM TO; FROM has the index.json of a catalog of Kaoto, and TO does not exist.");
  process.exit(2);
}
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const library = read(join(from, "index.json"));
const nearness = (each) => NEAR.indexOf(each.version.split(".").slice(0, 2).join("."));
const camel = library.definitions
  .filter((each) => each.runtime === "Main" && nearness(each) >= 0 && !each.version.includes("redhat"))
  .sort((one, other) => nearness(one) - nearness(other))[0];
if (!camel) {
  console.error(`The catalog has none of Camel Main ${NEAR.join(", ")}.`);
  process.exit(1);
}

const source = join(from, dirname(camel.fileName));
const definition = read(join(from, camel.fileName));
mkdirSync(to, { recursive: true });
for (const each of [...Object.values(definition.catalogs), ...Object.values(definition.schemas)]) {
  cpSync(join(source, each.file), join(to, each.file));
}
if (library.starterTemplates) {
  cpSync(join(from, dirname(library.starterTemplates)), join(to, dirname(library.starterTemplates)), { recursive: true });
}
const components = definition.catalogs.components.file;
const own = read(join(dirname(fileURLToPath(import.meta.url)), "kaoto-components.json"));
writeFileSync(join(to, components), JSON.stringify({ ...read(join(source, components)), ...own }));

const name = `Mail Caravan (Camel ${camel.version})`;
writeFileSync(join(to, "mailcaravan.json"), JSON.stringify({ ...definition, name }, null, 2));
const entry = { ...camel, name, fileName: "mailcaravan.json" };
writeFileSync(join(to, "index.json"), JSON.stringify({ ...library, name: "Mail Caravan", definitions: [entry] }, null, 2));
console.log(`${join(to, "index.json")}: ${name}, with ${Object.keys(own).join(": and ")}:`);
