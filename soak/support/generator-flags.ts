/** A load generator collects its garbage by itself: helpers would take the processors that are measured from the node. */
export const generatorFlags: readonly string[] = ['--single-threaded-gc']
