import { levelName } from "../domain/category";
import { cellWord, type Matrix, type MatrixCell, type MatrixColumn, type MatrixRow } from "./policy-matrix";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}

/** Colours say again what the word in the cell says; each pair has a contrast of 7:1 or more (WCAG 2.2, 1.4.6). */
const STYLE = `
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; color: #111; background: #fff; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { max-width: 60rem; } .scroll { overflow: auto; max-height: 85vh; border: 1px solid #999; }
table { border-collapse: separate; border-spacing: 0; } caption { text-align: left; padding: .4rem; }
th, td { border-right: 1px solid #ccc; border-bottom: 1px solid #ccc; padding: .25rem .5rem; text-align: left; white-space: nowrap; }
thead th { position: sticky; top: 0; background: #eee; vertical-align: bottom; }
tbody th[scope=row] { position: sticky; left: 0; background: #fff; font-weight: 600; }
th[scope=rowgroup] { background: #eee; } .facts td, .facts th { white-space: normal; vertical-align: top; }
.CLEAR, .may { background: #f7c5b8; color: #4a0d00; } .MASKED { background: #fbe4a8; color: #3d2c00; }
.TOKEN { background: #cfe1f7; color: #06264d; } .HIDDEN, .may-not { background: #fff; color: #555; }
.key span { display: inline-block; padding: .1rem .5rem; margin-right: .4rem; border: 1px solid #999; }
@media print { .scroll { overflow: visible; max-height: none; border: 0; } body { margin: 0; font-size: 9px; } }
`;

function cellHtml(row: MatrixRow, cell: MatrixCell): string {
  const word = cellWord(row, cell);
  const raised = cell.elevated === null ? "" : ` <small>${levelName(cell.elevated)} by elevation</small>`;
  return `<td class="${word.replace(" ", "-")}">${word}${raised}</td>`;
}

function headHtml(columns: readonly MatrixColumn[], ...first: readonly string[]): string {
  const heads = columns.map(({ name, kind }) => {
    const what = kind === "role" ? "role" : "scope set";
    return `<th scope="col">${escaped(name)}<br><small>${what}</small></th>`;
  });
  const labels = first.map((label) => `<th scope="col">${label}</th>`);
  return `<thead><tr>${[...labels, ...heads].join("")}</tr></thead>`;
}

function rowHtml(row: MatrixRow): string {
  const label = row.coordinate.split(".")[1] ?? "";
  const category = row.category ?? "operation";
  const cells = row.cells.map((cell) => cellHtml(row, cell)).join("");
  return `<tr><th scope="row">${escaped(label)}</th><td>${category}</td>${cells}</tr>`;
}

function groupsHtml({ rows, columns }: Matrix): string {
  const types = new Set(rows.map(({ coordinate }) => coordinate.split(".")[0] ?? ""));
  return [...types]
    .map((type) => {
      const own = rows.filter(({ coordinate }) => coordinate.startsWith(`${type}.`));
      const heading = `<tr><th scope="rowgroup" colspan="${String(columns.length + 2)}">${escaped(type)}</th></tr>`;
      return `<tbody>\n${[heading, ...own.map(rowHtml)].join("\n")}\n</tbody>`;
    })
    .join("\n");
}

function factsHtml(columns: readonly MatrixColumn[]): string {
  const names = Object.keys(columns[0]?.facts ?? {});
  const rows = names.map((name) => {
    const cells = columns.map(({ facts }) => `<td>${escaped(facts[name] ?? "")}</td>`).join("");
    return `<tr><th scope="row">${escaped(name)}</th>${cells}</tr>`;
  });
  const caption = "<caption>What the policy gives beside levels.</caption>";
  return `<table class="facts">${caption}${headHtml(columns, "what")}<tbody>${rows.join("\n")}</tbody></table>`;
}

/** The matrix as one HTML page that needs nothing else: no script, no font, no network. */
export function matrixHtml(matrix: Matrix): string {
  const under = matrix.purpose === null ? "the highest over all purposes" : `under purpose ${matrix.purpose}`;
  const title = `Who sees what: policy ${matrix.revision}`;
  const key = ["CLEAR", "MASKED", "TOKEN", "HIDDEN"].map((word) => `<span class="${word}">${word}</span>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>Each cell is the level at which a trained caller is served the field, ${escaped(under)}, before the state and the consents
of a customer lower it. A caller without current training gets MASKED at most.</p>
<p class="key">${key.join("")}</p>
<h2>Fields</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Levels by field">
<table>
<caption>Levels by field, and who may call which operation.</caption>
${headHtml(matrix.columns, "field", "category")}
${groupsHtml(matrix)}
</table>
</div>
<h2>Everything else</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Purposes, rights and budgets">
${factsHtml(matrix.columns)}
</div>
</main>
</body>
</html>`;
}
