// Evaluates native admission policies as a Kubernetes API server does: its own CEL environment of a version, its variables, its cost
// limits. Reads one question a line, {"minor", "policy", "reviews": [request, …]}, and answers each with a line: what does not compile,
// and for every request what each expression came to and what it cost. A request whose object is not of its type says so.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	admissionv1 "k8s.io/api/admission/v1"
	v1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/kubernetes/scheme"
)

type question struct {
	Minor   uint              `json:"minor"`
	Policy  json.RawMessage   `json:"policy"`
	Reviews []json.RawMessage `json:"reviews"`
}

// What the expressions of a policy are, whichever kind it is of.
type expressions struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		MatchConditions  []v1.MatchCondition  `json:"matchConditions"`
		Variables        []v1.Variable        `json:"variables"`
		Validations      []v1.Validation      `json:"validations"`
		AuditAnnotations []v1.AuditAnnotation `json:"auditAnnotations"`
		Mutations        []v1.Mutation        `json:"mutations"`
	} `json:"spec"`
}

type outcome struct {
	Malformed string            `json:"malformed,omitempty"`
	Matched   bool              `json:"matched"`
	Fired     bool              `json:"fired"`
	Error     string            `json:"error,omitempty"`
	Message   string            `json:"message,omitempty"`
	Audit     map[string]string `json:"audit,omitempty"`
	Patched   json.RawMessage   `json:"patched,omitempty"`
	// Cost of all match conditions, and of each expression with the variables that it made.
	ConditionCost int64   `json:"conditionCost"`
	Cost          []int64 `json:"cost"`
}

type answer struct {
	Errors  []string  `json:"errors"`
	Results []outcome `json:"results"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := out.Encode(answerTo(asked)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

type compiled struct {
	conditions  plugincel.ConditionEvaluator
	validations []plugincel.ConditionEvaluator
	messages    []plugincel.ConditionEvaluator
	annotations []plugincel.ConditionEvaluator
	mutations   []plugincel.MutatingEvaluator
}

func answerTo(asked question) answer {
	var policy expressions
	result := answer{Errors: []string{}, Results: []outcome{}}
	if err := json.Unmarshal(asked.Policy, &policy); err != nil {
		result.Errors = append(result.Errors, err.Error())
		return result
	}
	// A server takes in new policies what the version before it knew.
	environments := environment.MustBaseEnvSet(version.MajorMinor(1, asked.Minor-1))
	compiler, err := plugincel.NewCompositedCompiler(environments)
	if err != nil {
		panic(err)
	}
	declared := plugincel.OptionalVariableDeclarations{}
	patches := plugincel.OptionalVariableDeclarations{HasPatchTypes: true}
	note := func(what string, errors []error) {
		for _, err := range errors {
			result.Errors = append(result.Errors, what+": "+err.Error())
		}
	}
	for _, variable := range policy.Spec.Variables {
		made := compiler.CompileAndStoreVariable(&validating.Variable{Name: variable.Name, Expression: variable.Expression}, declared, environment.NewExpressions)
		if made.Error != nil {
			note(variable.Name, []error{made.Error})
		}
	}
	plain := plugincel.NewConditionCompiler(environments)
	ahead := []plugincel.ExpressionAccessor{}
	for i := range policy.Spec.MatchConditions {
		ahead = append(ahead, (*matchconditions.MatchCondition)(&policy.Spec.MatchConditions[i]))
	}
	all := compiled{conditions: plain.CompileCondition(ahead, declared, environment.NewExpressions)}
	note("matchConditions", all.conditions.CompilationErrors())
	one := func(expression plugincel.ExpressionAccessor, what string) plugincel.ConditionEvaluator {
		evaluator := compiler.CompileCondition([]plugincel.ExpressionAccessor{expression}, declared, environment.NewExpressions)
		note(what, evaluator.CompilationErrors())
		return evaluator
	}
	for _, validation := range policy.Spec.Validations {
		all.validations = append(all.validations, one(&validating.ValidationCondition{Expression: validation.Expression}, "validation"))
		if validation.MessageExpression != "" {
			all.messages = append(all.messages, one(&validating.MessageExpressionCondition{MessageExpression: validation.MessageExpression}, "messageExpression"))
		}
	}
	for _, annotation := range policy.Spec.AuditAnnotations {
		all.annotations = append(all.annotations, one(&validating.AuditAnnotationCondition{Key: annotation.Key, ValueExpression: annotation.ValueExpression}, "auditAnnotation"))
	}
	for _, mutation := range policy.Spec.Mutations {
		evaluator := compiler.CompileMutatingEvaluator(&patch.JSONPatchCondition{Expression: mutation.JSONPatch.Expression}, patches, environment.NewExpressions)
		note("mutation", evaluator.CompilationErrors())
		all.mutations = append(all.mutations, evaluator)
	}
	if len(result.Errors) > 0 {
		return result
	}
	for _, review := range asked.Reviews {
		result.Results = append(result.Results, evaluate(compiler, policy, all, review))
	}
	return result
}

func evaluate(compiler *plugincel.CompositedCompiler, policy expressions, all compiled, review json.RawMessage) outcome {
	result := outcome{Cost: []int64{}}
	attributes, request, namespace, err := inputOf(review)
	if err != nil {
		result.Malformed = err.Error()
		return result
	}
	bindings := plugincel.OptionalVariableBindings{}
	const budget = int64(celconfig.RuntimeCELCostBudget)
	ctx := context.Background()

	conditions, left, err := all.conditions.ForInput(ctx, attributes, request, bindings, namespace, budget)
	result.ConditionCost = budget - left
	if err != nil {
		result.Error = err.Error()
		return result
	}
	result.Matched = true
	for _, condition := range conditions {
		if condition.Error == nil && condition.EvalResult.Value() == false {
			result.Matched = false
			return result
		}
	}
	for _, condition := range conditions {
		if condition.Error != nil {
			result.Error = condition.Error.Error()
			return result
		}
	}
	run := func(evaluator plugincel.ConditionEvaluator) (any, string) {
		values, left, err := evaluator.ForInput(ctx, attributes, request, bindings, namespace, budget)
		if err != nil {
			return nil, err.Error()
		}
		result.Cost = append(result.Cost, budget-left)
		if values[0].Error != nil {
			return nil, values[0].Error.Error()
		}
		return values[0].EvalResult.Value(), ""
	}
	for _, validation := range all.validations {
		value, failure := run(validation)
		if failure != "" {
			result.Error = failure
		} else if value != true {
			result.Fired = true
		}
	}
	for _, message := range all.messages {
		value, failure := run(message)
		if failure == "" {
			result.Message, _ = value.(string)
		}
	}
	for i, annotation := range all.annotations {
		value, failure := run(annotation)
		if failure != "" {
			result.Error = failure
		} else if text, ok := value.(string); ok && text != "" {
			if result.Audit == nil {
				result.Audit = map[string]string{}
			}
			result.Audit[policy.Spec.AuditAnnotations[i].Key] = text
		}
	}
	for _, mutation := range all.mutations {
		patched, err := patch.NewJSONPatcher(mutation).Patch(compiler.CreateContext(ctx), patch.Request{
			MatchedResource:     schema.GroupVersionResource(request.Resource),
			VersionedAttributes: attributes,
			ObjectInterfaces:    admission.NewObjectInterfacesFromScheme(scheme.Scheme),
			OptionalVariables:   bindings,
			Namespace:           namespace,
		}, budget)
		if err != nil {
			result.Error = err.Error()
			continue
		}
		result.Patched, err = json.Marshal(patched)
		if err != nil {
			result.Error = err.Error()
		}
	}
	return result
}

// What a policy is asked about; an error when an object is not of its type, as the server finds when it decodes it.
func inputOf(review json.RawMessage) (*admission.VersionedAttributes, *admissionv1.AdmissionRequest, *corev1.Namespace, error) {
	var request admissionv1.AdmissionRequest
	if err := json.Unmarshal(review, &request); err != nil {
		return nil, nil, nil, err
	}
	var beside struct {
		NamespaceObject *corev1.Namespace `json:"namespaceObject"`
	}
	if err := json.Unmarshal(review, &beside); err != nil {
		return nil, nil, nil, err
	}
	object, err := decode(request.Object.Raw)
	if err != nil {
		return nil, nil, nil, err
	}
	old, err := decode(request.OldObject.Raw)
	if err != nil {
		return nil, nil, nil, err
	}
	kind := schema.GroupVersionKind(request.Kind)
	attributes := admission.NewAttributesRecord(object, old, kind, request.Namespace, request.Name, schema.GroupVersionResource(request.Resource),
		request.SubResource, admission.Operation(request.Operation), nil, request.DryRun != nil && *request.DryRun,
		&user.DefaultInfo{Name: request.UserInfo.Username, UID: request.UserInfo.UID, Groups: request.UserInfo.Groups})
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedKind: kind}
	if object != nil {
		versioned.VersionedObject.Set(object)
	}
	if old != nil {
		versioned.VersionedOldObject.Set(old)
	}
	made := plugincel.CreateAdmissionRequest(attributes, request.Resource, request.Kind)
	made.UserInfo.Extra = request.UserInfo.Extra
	return versioned, made, beside.NamespaceObject, nil
}

func decode(raw []byte) (runtime.Object, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	typed, err := scheme.Scheme.New(object.GroupVersionKind())
	if runtime.IsNotRegisteredError(err) {
		return object, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, typed); err != nil {
		return nil, err
	}
	return typed, nil
}
