/** What no line of the log shows, should one ever hold headers. */
export const secretHeaders = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-csrf-token"]',
  'res.headers["set-cookie"]'
]
