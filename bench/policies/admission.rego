package bench.admission

import rego.v1

default blocked := false

blocked if {
	is_pod
	some container in input.request.object.spec.containers
	container.securityContext.privileged
}

blocked if {
	is_pod
	some container in input.request.object.spec.containers
	not contains(container.image, "@sha256:")
}

blocked if {
	is_pod
	some container in input.request.object.spec.containers
	not startswith(container.image, "registry.shop.example/")
}

is_pod if {
	input.request.object.apiVersion == "v1"
	input.request.object.kind == "Pod"
}
