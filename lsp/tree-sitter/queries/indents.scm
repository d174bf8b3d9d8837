[
  (clauses)
  (fields)
  (settings)
  (test_body)
  (map)
  (list)
  (words)
  (arguments)
  (parameters)
  (pack)
  (provider)
  (deploy)
  (threats)
  (crosswalk)
] @indent.begin

["}" "]" ")"] @indent.end @indent.branch
