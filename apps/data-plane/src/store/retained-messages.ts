import type { FilterTree } from '../broker/filter-tree.js'
import type { Message } from '../broker/message.js'
import { type Reached, walkTopics } from './retained-walk.js'

/** What a place in the tree weighs beside its message: a client that makes deep topics pays for them. */
const nodeBytes = 256
/** So many of what is found are put in order at once: a walk that waits for a slow client holds no more. */
const portionMax = 1_000

/** Where a retained message was found. */
export interface RetainedPlace {
  /** The one that stands there now, also when it came since; undefined: none any more. */
  readonly message: Message | undefined
}

export interface RetainedMatch<T> {
  readonly place: RetainedPlace
  /** Of the filters that match its topic. */
  readonly values: readonly T[]
}

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
    if (node.message) this.#bytes -= node.message.bytes
    else this.#size++
    this.#bytes += message.bytes
    node.message = message
    node.order = ++this.#order
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

  /**
   * Those that filters match, oldest first, of more than `portionMax` portion by portion; undefined: a step that found nothing yet. The
   * walk may be paused after each step, and goes on with what stands then.
   */
  *matching<T>(filters: FilterTree<T>): Generator<RetainedMatch<T> | undefined, void> {
    let portion: Reached<Node, T>[] = []
    for (const reached of walkTopics(this.#root, filters.root)) {
      yield
      if (!reached?.node.message) continue
      portion.push(reached)
      if (portion.length < portionMax) continue
      yield* inOrder(portion)
      portion = []
    }
    yield* inOrder(portion)
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

function* inOrder<T>(portion: Reached<Node, T>[]): Generator<RetainedMatch<T>, void> {
  portion.sort((one, other) => one.node.order - other.node.order)
  for (const { node, values } of portion) if (node.message) yield { place: node, values }
}
