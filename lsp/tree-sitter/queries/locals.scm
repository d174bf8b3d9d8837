; A file is one scope: whatever it declares may be used ahead of where it stands. A function is another, for its parameters.

[(source_file) (function)] @local.scope

(parameter name: (identifier) @local.definition.parameter)
(function name: (identifier) @local.definition.function)
(rule name: (identifier) @local.definition.function)
(set name: (identifier) @local.definition.constant)
(data name: (identifier) @local.definition.constant)
(pattern name: (identifier) @local.definition.constant)
(classifier name: (identifier) @local.definition.constant)
(surface name: (identifier) @local.definition.type)
(type_declaration name: (identifier) @local.definition.type)
(inventory name: (identifier) @local.definition.type)

(name) @local.reference
