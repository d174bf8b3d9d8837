package bench.chat

import rego.v1

default blocked := false

approved_models := {"gpt-5.2", "claude-sonnet-5", "gemini-3-pro"}

roles := {"system", "user", "assistant", "tool"}

blocked if not input.model in approved_models

blocked if {
	some prompt in input.prompts
	not prompt.role in roles
}

blocked if input.client.workload == ""
