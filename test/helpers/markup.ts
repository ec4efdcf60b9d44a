/** One element of a document that was read, with what stands in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements, and text as it is meant. */
  readonly children: (Element | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * Read the elements of a document; a doctype before them is passed over.
 *
 * @throws if it is not well-formed: a tag is not closed, or closed in the wrong place, an attribute is
 *   without quotes or given twice, a `<` or `&` stands in a text
 */
export function parseMarkup(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open: Element[] = [root];
  const token = /<!doctype html>|<\/([\w-]+)>|<([\w-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`not well-formed at ${text.slice(at, at + 60)}`);
    const [, end, begin, attributes = '', empty, words] = match;
    if (end !== undefined && open.pop()?.name !== end) throw new Error(`</${end}> is misplaced`);
    if (words !== undefined) open.at(-1)?.children.push(decode(words));
    if (begin === undefined) continue;
    const element = { name: begin, attributes: readAttributes(attributes), children: [] };
    open.at(-1)?.children.push(element);
    if (empty === '') open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return root;
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`${name} is given twice`);
    attributes[name] = decode(value);
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&(\w+;)?/g, (_, name: string | undefined) => {
    const character = ENTITIES[name?.slice(0, -1) ?? ''];
    if (character === undefined) throw new Error(`a bare & in ${text}`);
    return character;
  });
}

/** Find all elements of this name, and of this class if one is given, in the order of the document. */
export function findAll(within: Element, name: string, className?: string): Element[] {
  return within.children.flatMap((child) => {
    if (typeof child === 'string') return [];
    const classes = child.attributes.class?.split(' ') ?? [];
    const wanted = child.name === name && (className === undefined || classes.includes(className));
    return [...(wanted ? [child] : []), ...findAll(child, name, className)];
  });
}

/** All text in an element. */
export function textOf(element: Element): string {
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('');
}
