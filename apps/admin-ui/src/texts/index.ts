/**
 * Every text that a person reads. Ask for a part by its name, `texts.rules`: the texts of a page then come with the page. Taken
 * out of `texts` as `const { rules }`, all of them would come with the first.
 */
export * as texts from './catalogue'
