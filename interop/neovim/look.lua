-- What Neovim sees of the example: its tree, its colours, and what the server says. Written for Neovim 0.7 as for newer ones.
local site = os.getenv('RDP_SITE')
vim.o.swapfile = false
vim.opt.runtimepath:append(site)
vim.cmd('edit ' .. site .. '/policy/checkout.rdp')
vim.bo.filetype = 'rdp'

local parser = vim.treesitter.get_parser(0, 'rdp')
local tree = parser:parse()[1]:root()
print('tree errors: ' .. tostring(tree:has_error()))
local get = vim.treesitter.query and vim.treesitter.query.get or require('vim.treesitter.query').get_query
local count = 0
for _ in get('rdp', 'highlights'):iter_captures(tree, 0, 0, -1) do
  count = count + 1
end
print('captures: ' .. count)

local cmd = { os.getenv('RDP_NODE'), os.getenv('RDP_COMMAND'), 'lsp', '--stdio' }
local client = vim.lsp.start_client({ name = 'rdp', cmd = cmd, root_dir = site .. '/policy' })
vim.lsp.buf_attach_client(0, client)
vim.wait(30000, function()
  local one = vim.lsp.get_client_by_id(client)
  return one ~= nil and one.initialized
end, 50)
vim.api.nvim_buf_set_lines(0, 79, 80, false, { 'detect PiiInPrompt on Chat.requst {' })
vim.wait(30000, function()
  return #vim.diagnostic.get(0) > 0
end, 50)
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  print('diagnostic: ' .. tostring(diagnostic.code))
end
local where = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 82, character = 18 } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/hover', where, 20000) or {}) do
  print('hover: ' .. (answer.result and answer.result.contents.value or 'none'))
end
vim.cmd('qa!')
