[(rule) (function) (exempt)] @function.outer
(rule body: (clauses) @function.inner)
(function body: (_) @function.inner)
(test) @test.outer
(test body: (test_body) @test.inner)
(parameter) @parameter.outer
[(comment) (doc_comment)] @comment.outer
