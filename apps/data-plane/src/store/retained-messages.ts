import type { Message } from '../broker/message.js'

/** What a place in the tree weighs beside its message: a client that makes deep topics pays for them. */
const nodeBytes = 256

/** One level of topics. */
interface Node {
  readonly children: Map<string, Node>
  message: Message | undefined
  /** When its message came, among all. */
  order: number
}

/**
 * The retained messages of one instance as a tree of topic levels: a filter leads to what it matches, and is not held against every
 * topic.
 */
export class RetainedMessages {
  readonly #root = newNode()
  #size = 0
  #order = 0
  /** What messages and tree weigh. */
  #bytes = 0

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(topic: string): Message | undefined {
    let node: Node | undefined = this.#root
    for (const level of topic.split('/')) {
      node = node.children.get(level)
      if (!node) return undefined
    }
    return node.message
  }

  /** The newest, in the place of an older one of its topic. */
  set(message: Message): void {
    this.delete(message.topic)
    let node = this.#root
    for (const level of message.topic.split('/')) {
      let child = node.children.get(level)
      if (!child) {
        child = newNode()
        node.children.set(level, child)
        this.#bytes += nodeBytes
      }
      node = child
    }
    node.message = message
    node.order = ++this.#order
    this.#size++
    this.#bytes += message.bytes
  }

  delete(topic: string): void {
    const path: { node: Node; level: string }[] = []
    let node = this.#root
    for (const level of topic.split('/')) {
      const child = node.children.get(level)
      if (!child) return
      path.push({ node, level })
      node = child
    }
    if (!node.message) return
    this.#size--
    this.#bytes -= node.message.bytes
    node.message = undefined
    this.#prune(path)
  }

  /** Those that a topic filter matches, oldest first. */
  matching(topicFilter: string): Message[] {
    const found: Node[] = []
    collect(this.#root, topicFilter.split('/'), 0, found)
    found.sort((one, other) => one.order - other.order)
    return found.map(({ message }) => message!)
  }

  #prune(path: { node: Node; level: string }[]): void {
    for (const { node, level } of path.reverse()) {
      const child = node.children.get(level)!
      if (child.message || child.children.size > 0) return
      node.children.delete(level)
      this.#bytes -= nodeBytes
    }
  }
}

function newNode(): Node {
  return { children: new Map(), message: undefined, order: 0 }
}

function collect(node: Node, levels: readonly string[], at: number, found: Node[]): void {
  const level = levels[at]
  if (level === undefined) {
    if (node.message) found.push(node)
  } else if (level === '#') {
    collectAll(node, at === 0, found)
  } else if (level === '+') {
    for (const [name, child] of node.children) {
      if (at > 0 || !name.startsWith('$')) collect(child, levels, at + 1, found)
    }
  } else {
    const child = node.children.get(level)
    if (child) collect(child, levels, at + 1, found)
  }
}

/** `cmd/#` also matches `cmd`; at the root no topic that begins with `$` is meant [MQTT-4.7.1-2, MQTT-4.7.2-1]. */
function collectAll(node: Node, isRoot: boolean, found: Node[]): void {
  if (node.message) found.push(node)
  for (const [name, child] of node.children) {
    if (!isRoot || !name.startsWith('$')) collectAll(child, false, found)
  }
}
