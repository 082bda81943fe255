/** What clients of all instances published to this process: whether anybody is being served at the moment. */
export const traffic = { messagesIn: 0 }
