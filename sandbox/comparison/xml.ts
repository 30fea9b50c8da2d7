type Element = { [name: string]: Element | Element[] | string };

/**
 * The elements of a small XML document as fields, so that two spellings of one document are equal. Attributes are left
 * out: in the documents of S3 they only name the language. Undefined when the text is no such document.
 */
export function fieldsOfXml(text: string): Element | undefined {
  const tokens = text.replace(/<[?!][^>]*>/g, "").match(/<[^>]+>|[^<]+/g) ?? [];
  const root: Element = {};
  const open: { name: string; fields: Element; text: string }[] = [{ name: "", fields: root, text: "" }];
  for (const token of tokens) {
    const top = open.at(-1);
    if (!top) return undefined;
    const [, closing, name = "", empty] = /^<(\/?)([\w:.-]+)[^>]*?(\/?)>$/.exec(token) ?? [];
    if (name === "") top.text += token;
    else if (closing === "") {
      open.push({ name, fields: {}, text: "" });
      if (empty === "/") close(open);
    } else if (top.name !== name || !close(open)) return undefined;
  }
  return open.length === 1 && Object.keys(root).length === 1 ? root : undefined;
}

function close(open: { name: string; fields: Element; text: string }[]): boolean {
  const done = open.pop();
  const parent = open.at(-1)?.fields;
  if (!done || !parent) return false;
  const value = Object.keys(done.fields).length > 0 ? done.fields : decode(done.text.trim());
  const before = parent[done.name];
  if (before === undefined) parent[done.name] = value;
  else parent[done.name] = [...(Array.isArray(before) ? before : [before as Element]), value as Element];
  return true;
}

function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    return hexadecimal ? String.fromCodePoint(Number.parseInt(hexadecimal, 16)) : (named[name] ?? whole);
  });
}
