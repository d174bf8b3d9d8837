[
  (clauses)
  (fields)
  (settings)
  (test_body)
  (map)
  (list)
  (words)
  (pack)
  (provider)
  (deploy)
  (threats)
  (crosswalk)
] @fold
