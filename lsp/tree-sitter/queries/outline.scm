; What Zed shows as the outline of a file.

(rule verb: _ @context name: (identifier) @name) @item
(surface "surface" @context name: (identifier) @name) @item
(event "event" @context name: (identifier) @name) @item
(type_declaration "type" @context name: (identifier) @name) @item
(inventory "inventory" @context name: (identifier) @name) @item
(set "set" @context name: (identifier) @name) @item
(data "data" @context name: (identifier) @name) @item
(pattern "pattern" @context name: (identifier) @name) @item
(classifier "classifier" @context name: (identifier) @name) @item
(function "fn" @context name: (identifier) @name) @item
(pack "pack" @context name: (identifier) @name) @item
(test "test" @context title: (string) @name) @item
(deploy "deploy" @context name: (identifier) @name) @item
