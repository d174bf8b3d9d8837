// Reads and decides with OPA itself. One JSON object a line in, one a line out, in the same order:
//
//	{"op":"read","bundle":PATH,"key":PEM,"algorithm":ALG,"keyId":ID,"scope":TEXT}   {"result":REVISION} | {"error":TEXT}
//	{"op":"load","bundle":PATH}                                                     {"result":REVISION} | {"error":TEXT}
//	{"op":"eval","entrypoint":NAME,"input":JSON}                                    {"result":JSON} | {"error":TEXT}
//
//	{"op":"sign","bundle":PATH,"key":PEM,"algorithm":ALG,"keyId":ID,"output":PATH}  {"result":REVISION} | {"error":TEXT}
//
// "read" is what OPA does with a bundle that it downloads: with a key, a bundle that the key did not sign is an error.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	_ "github.com/open-policy-agent/opa/v1/features/wasm"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/util"
)

type request struct {
	Op         string          `json:"op"`
	Bundle     string          `json:"bundle"`
	Key        string          `json:"key"`
	Algorithm  string          `json:"algorithm"`
	KeyID      string          `json:"keyId"`
	Scope      string          `json:"scope"`
	Output     string          `json:"output"`
	Entrypoint string          `json:"entrypoint"`
	Input      json.RawMessage `json:"input"`
}

type answer struct {
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
}

// peer holds the bundle that was loaded last, and its prepared queries by entrypoint.
type peer struct {
	loaded  *bundle.Bundle
	queries map[string]rego.PreparedEvalQuery
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	var state peer
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		var given answer
		if err = json.Unmarshal(line, &asked); err == nil {
			given.Result, err = state.serve(context.Background(), asked)
		}
		if err != nil {
			given = answer{Error: err.Error()}
		}
		if err := output.Encode(given); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (state *peer) serve(ctx context.Context, asked request) (any, error) {
	switch asked.Op {
	case "read":
		read, err := readBundle(asked)
		if err != nil {
			return nil, err
		}
		return read.Manifest.Revision, nil
	case "load":
		read, err := readBundle(asked)
		if err != nil {
			return nil, err
		}
		state.loaded = read
		state.queries = map[string]rego.PreparedEvalQuery{}
		return read.Manifest.Revision, nil
	case "sign":
		return signBundle(asked)
	case "eval":
		return state.evaluate(ctx, asked)
	default:
		return nil, fmt.Errorf("unknown op %q", asked.Op)
	}
}

// signBundle writes the bundle as `opa build` with a signing key does; files that OPA does not know are left out.
func signBundle(asked request) (any, error) {
	unsigned := asked
	unsigned.Key = ""
	read, err := readBundle(unsigned)
	if err != nil {
		return nil, err
	}
	signing := bundle.NewSigningConfig(asked.Key, asked.Algorithm, "")
	if err := read.GenerateSignature(signing, asked.KeyID, false); err != nil {
		return nil, err
	}
	file, err := os.Create(asked.Output)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return read.Manifest.Revision, bundle.Write(file, *read)
}

func readBundle(asked request) (*bundle.Bundle, error) {
	file, err := os.Open(asked.Bundle)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader := bundle.NewCustomReader(bundle.NewTarballLoaderWithBaseURL(file, ""))
	if asked.Key == "" {
		reader = reader.WithSkipBundleVerification(true)
	} else {
		key := &bundle.KeyConfig{Key: asked.Key, Algorithm: asked.Algorithm, Scope: asked.Scope}
		keys := map[string]*bundle.KeyConfig{asked.KeyID: key}
		reader = reader.WithBundleVerificationConfig(bundle.NewVerificationConfig(keys, asked.KeyID, asked.Scope, nil))
	}
	read, err := reader.Read()
	if err != nil {
		return nil, err
	}
	return &read, nil
}

func (state *peer) evaluate(ctx context.Context, asked request) (any, error) {
	query, known := state.queries[asked.Entrypoint]
	if !known {
		if state.loaded == nil {
			return nil, errors.New("no bundle is loaded")
		}
		ref := ast.DefaultRootRef
		for _, segment := range strings.Split(asked.Entrypoint, "/") {
			ref = ref.Append(ast.StringTerm(segment))
		}
		prepared, err := rego.New(
			rego.Query(ref.String()),
			rego.ParsedBundle("rdp", state.loaded),
		).PrepareForEval(ctx)
		if err != nil {
			return nil, err
		}
		state.queries[asked.Entrypoint] = prepared
		query = prepared
	}
	var input any
	if err := util.UnmarshalJSON(asked.Input, &input); err != nil {
		return nil, err
	}
	results, err := query.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return nil, err
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return nil, fmt.Errorf("%d results", len(results))
	}
	return results[0].Expressions[0].Value, nil
}
