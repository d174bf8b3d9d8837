// Reads what an exporter sent as those who receive it do: the OpenTelemetry collector's own reader of OTLP, and OPA's own type of an event
// of its decision log, in which a member that it does not have is an error. One JSON value a line in, one out.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/plugins/logs"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

type request struct {
	Op   string          `json:"op"`
	Body json.RawMessage `json:"body"`
}

func answer(asked request) (any, error) {
	switch asked.Op {
	case "traces":
		read := ptraceotlp.NewExportRequest()
		if err := read.UnmarshalJSON(asked.Body); err != nil {
			return nil, err
		}
		names := []string{}
		spans := read.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans()
		for i := range spans.Len() {
			span := spans.At(i)
			names = append(names, fmt.Sprintf("%s %s %s", span.Kind(), span.TraceID(), span.Name()))
		}
		return names, nil
	case "metrics":
		read := pmetricotlp.NewExportRequest()
		if err := read.UnmarshalJSON(asked.Body); err != nil {
			return nil, err
		}
		names := []string{}
		metrics := read.Metrics().ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics()
		for i := range metrics.Len() {
			metric := metrics.At(i)
			names = append(names, fmt.Sprintf("%s %s %d", metric.Type(), metric.Name(), read.Metrics().DataPointCount()))
		}
		return names, nil
	case "decisions":
		var events []logs.EventV1
		decoder := json.NewDecoder(bytes.NewReader(asked.Body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&events); err != nil {
			return nil, err
		}
		paths := []string{}
		for _, event := range events {
			paths = append(paths, event.DecisionID+" "+event.Path+" "+event.Timestamp.UTC().Format("2006-01-02"))
		}
		return paths, nil
	}
	return nil, fmt.Errorf("no operation %q", asked.Op)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var asked request
		result := map[string]any{}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			result["error"] = err.Error()
		} else if value, err := answer(asked); err != nil {
			result["error"] = err.Error()
		} else {
			result["result"] = value
		}
		written, _ := json.Marshal(result)
		fmt.Println(string(written))
	}
}
