import { Lexer, type Token, type Tokens } from "marked";

/** Bot text as one reads it, without the marks of markdown: what is copied. The same things are marks here as in markdown.ts. */
export function plainText(text: string): string {
  return blocks(new Lexer({ gfm: true, breaks: true }).lex(text)).join("\n\n").trim();
}

function blocks(tokens: Token[]): string[] {
  return tokens.map(block).filter(Boolean);
}

function block(token: Token): string {
  switch (token.type) {
    case "space":
    case "def":
    case "hr":
      return "";
    case "list":
      return list(token as Tokens.List);
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return [header, ...rows].map((row) => row.map((cell) => inline(cell.tokens)).join("\t")).join("\n");
    }
    default:
      return inline([token]);
  }
}

function list(token: Tokens.List): string {
  const first = token.start || 1;
  return token.items
    .map((item, index) => `${token.ordered ? `${first + index}.` : "-"} ${blocks(item.tokens).join("\n").replaceAll("\n", "\n  ")}`)
    .join("\n");
}

function inline(tokens: Token[]): string {
  return tokens
    .map((token): string => {
      switch (token.type) {
        case "br":
          return "\n";
        case "codespan":
        case "code":
        case "escape":
          return token.text;
        case "link": {
          const { href, text, tokens: words } = token as Tokens.Link;
          return text === href ? href : `${inline(words)} (${href})`;
        }
        case "paragraph":
        case "blockquote":
        case "heading":
        case "strong":
        case "em":
        case "text":
          return "tokens" in token && token.tokens ? inline(token.tokens) : (token as Tokens.Text).text;
        default:
          return token.raw;
      }
    })
    .join("");
}
