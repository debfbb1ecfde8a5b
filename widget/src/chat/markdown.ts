import { html, nothing, type TemplateResult } from "lit";
import { Lexer, type Token, type Tokens } from "marked";
import { t } from "./i18n.ts";
import { safeHref } from "./safe-link.ts";

type Rendered = TemplateResult | string | typeof nothing | Rendered[];

/** Bot text as Lit templates: marked only splits it into tokens, Lit escapes every piece. HTML in the text is shown as text. */
export function renderMarkdown(text: string): Rendered {
  return new Lexer({ gfm: true, breaks: true }).lex(text).map(renderToken);
}

function renderAll(tokens: Token[] | undefined): Rendered {
  return tokens?.map(renderToken) ?? "";
}

function renderToken(token: Token): Rendered {
  switch (token.type) {
    case "space":
    case "def":
      return nothing;
    case "paragraph":
    case "blockquote":
      return html`<p>${renderAll(token.tokens)}</p>`;
    case "heading":
      return html`<p><strong>${renderAll(token.tokens)}</strong></p>`;
    case "strong":
      return html`<strong>${renderAll(token.tokens)}</strong>`;
    case "em":
      return html`<em>${renderAll(token.tokens)}</em>`;
    case "br":
      return html`<br />`;
    case "hr":
      return html`<hr />`;
    case "codespan":
    case "code":
      return html`<code>${token.text}</code>`;
    case "list":
      return renderList(token as Tokens.List);
    case "table":
      return renderTable(token as Tokens.Table);
    case "link":
      return renderLink(token as Tokens.Link);
    case "escape":
      return token.text;
    case "text":
      return "tokens" in token && token.tokens ? renderAll(token.tokens) : token.text;
    // Struck text would hide a word by accident ("3~5만원, 7~8일"): shown as written, like html, images and anything new.
    default:
      return token.raw;
  }
}

function renderList(list: Tokens.List): TemplateResult {
  const items = list.items.map((item) => html`<li>${renderAll(item.tokens)}</li>`);
  return list.ordered ? html`<ol start=${list.start || 1}>${items}</ol>` : html`<ul>${items}</ul>`;
}

function renderTable(table: Tokens.Table): TemplateResult {
  const cells = (row: Tokens.TableCell[]): TemplateResult[] => row.map((cell) => html`<td>${renderAll(cell.tokens)}</td>`);
  return html`<div class="table" tabindex="0" role="region" aria-label=${table.header[0]?.text ?? ""}>
    <table>
      <thead>
        <tr>${table.header.map((cell) => html`<th scope="col">${renderAll(cell.tokens)}</th>`)}</tr>
      </thead>
      <tbody>${table.rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
    </table>
  </div>`;
}

function renderLink(link: Tokens.Link): Rendered {
  const href = safeHref(link.href, location.origin);
  if (!href) return renderAll(link.tokens);
  return html`<a href=${href} target="_blank" rel="noopener noreferrer"
    >${renderAll(link.tokens)}<span class="visually-hidden"> ${t("link.new_tab")}</span></a
  >`;
}
