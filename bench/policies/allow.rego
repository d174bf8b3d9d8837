package bench.allow

allow := true
