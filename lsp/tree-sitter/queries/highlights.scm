; Names of captures are those of Neovim; Helix and Zed read them too, by their longest known prefix. A later pattern wins.

(identifier) @variable

(property) @variable.member
(quoted_name) @variable.member

(comment) @comment
(doc_comment) @comment.documentation

; declarations
["package" "import" "use"] @keyword.import
[
  "surface" "event" "type" "inventory" "threats" "crosswalk" "provider" "set" "data" "pattern" "classifier" "pack" "apply"
  "deploy" "exempt" "test"
] @keyword
["discover" "detect" "defend"] @keyword
"fn" @keyword.function
["as" "on" "to" "at" "from" "where" "near" "within" "words" "map" "via" "let" "with" "by" "per" "on_error" "file" "redacted"] @keyword
"sensitive" @keyword.modifier
(every) @operator

; clauses
["when" "find" "score" "threshold" "severity" "covers" "message" "record" "flow" "mode" "until" "owner" "reason"] @keyword
["block" "redact" "strip" "limit" "quarantine" "approve" "alert"] @keyword.return
(permit) @keyword.return
(change "set" @keyword.return)
["given" "expect"] @keyword
["in" "not" "is"] @keyword.operator

; names by what they name
(package path: (path (identifier) @module))
(import path: (path (identifier) @module))
(import alias: (identifier) @module)
(use kind: (identifier) @constant)
(surface name: (identifier) @type kind: (identifier) @type.builtin)
(event name: (identifier) @type kind: (identifier) @type.builtin)
(type_declaration name: (identifier) @type)
(inventory name: (identifier) @type)
(provider name: (identifier) @type)
(deploy name: (identifier) @type)
(rule name: (identifier) @function)
(exempt rule: (path (identifier) @function))
(pack name: (identifier) @function kind: (identifier) @type.builtin)
(apply pack: (path (identifier) @function) surface: (identifier) @type)
(apply alias: (identifier) @function)
(event_name surface: (identifier) @type)
(event_name event: (identifier) @type)
(function name: (identifier) @function)
(set name: (identifier) @constant)
(data name: (identifier) @constant)
(pattern name: (identifier) @constant)
(classifier name: (identifier) @constant)
(parameter name: (identifier) @variable.parameter)
(field name: (identifier) @variable.member)
(derived_field name: (identifier) @variable.member)
(setting name: (identifier) @property)
(mapping event: (identifier) @type)
(route surface: (identifier) @type enforcer: (identifier) @type.builtin)
(threats edition: (path (identifier) @type))
(crosswalk from: (path (identifier) @type) to: (path (identifier) @type))
(threat id: (identifier) @constant)
(pair from: (identifier) @constant to: (identifier) @constant)

; references
(find (path (identifier) @constant))
(covers (path (identifier) @constant))
(record inventory: (path (identifier) @type))
(redact rule: (path (identifier) @function))
(strip rule: (path (identifier) @function))
(masking name: (identifier) @function.call)
(severity level: (identifier) @constant.builtin)
(mode mode: (identifier) @constant.builtin)
(limit on_error: (identifier) @constant.builtin)
(expected_rule name: (path (identifier) @function))
(expected_rule rule: (path (identifier) @function))
((expected_rule name: (path . (identifier) @constant.builtin .))
  (#any-of? @constant.builtin "allowed" "blocked" "alerted" "limited" "quarantined" "needs_approval" "malformed"))
(given as: (path (identifier) @type))
(is type: (path (identifier) @type))
(named_type name: (path (identifier) @type))
((named_type name: (path . (identifier) @type.builtin .))
  (#any-of? @type.builtin
    "bool" "int" "uint" "float" "double" "string" "bytes" "timestamp" "duration" "dyn" "tokens" "requests" "usd" "size" "list" "set"
    "map" "optional"))
(construct type: (name (identifier) @type))
(construct type: (member name: (property) @type))
(call callee: (name (identifier) @function.call))
(call callee: (member name: (property) @function.method.call))
(entry key: (name (identifier) @property))
(entry key: (identifier) @property)

; literals
(string) @string
(template) @string
(bytes) @string.special
(regex) @string.regexp
(escape) @string.escape
(hole ["{" "}"] @punctuation.special)
(number) @number
(duration) @number
(date) @number
(unit) @type.builtin
(boolean) @boolean
[(null) (none)] @constant.builtin

; marks
["||" "&&" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "%" "??" "!" "?" "=" "->" "|"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["." "?." ".?" "," ":"] @punctuation.delimiter
