package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/policy/authorization"
)

// probe is a decision row asked of AWS's own policy simulator, which reads the deployed role. It sees what the role's
// policies and its boundary say; endpoint, resource and trust policies take no part, so the expected decision is that
// of the local simulator without those.
type probe struct {
	outcome decisions.Outcome
	call    call
	allowed bool
}

// probes turns rows into requests with the ids of the deployed world, each with what identity and boundary policies alone
// decide about the same request with the ids of the templates. Rows are left out that those cannot decide: about
// principals that are no persona, about other accounts, about who may assume a role. Strange are rows about parts that the
// configuration does not have.
func probes(s *decisions.Simulator, w, deployed decisions.World, rows []decisions.Row) (chosen []probe, strange int, err error) {
	if err := w.Define(s); err != nil {
		return nil, 0, err
	}
	var all []probe
	var queries []decisions.Query
	for _, row := range rows {
		asked, err := w.Ask(row)
		if err != nil {
			strange++
			continue
		}
		live, err := deployed.Ask(row)
		if err != nil {
			return nil, 0, fmt.Errorf("%s (%s): %w", row.ID, row.About, err)
		}
		for i, o := range asked {
			if !askable(w, o) {
				continue
			}
			o.Query.Endpoint, o.Query.ResourcePolicy = nil, ""
			queries = append(queries, o.Query)
			all = append(all, probe{outcome: o, call: simulation(live[i].Query)})
		}
	}
	answers, err := s.Decide(queries)
	if err != nil {
		return nil, 0, err
	}
	for i := range all {
		all[i].outcome.Answer = answers[i]
		all[i].allowed = answers[i].Decision == decisions.Allowed
	}
	return selected(all), strange, nil
}

func askable(w decisions.World, o decisions.Outcome) bool {
	empty := func(values []string) bool { return len(values) == 0 } // a set without members cannot be sent
	return len(o.Query.Boundary) > 0 && o.Query.ResourceAccount == w.Own.Account && !strings.HasPrefix(o.Query.Action, "sts:") &&
		!slices.ContainsFunc(slices.Collect(maps.Values(o.Query.Context)), empty)
}

// selected takes one request for each control and each allowed promise, and of each persona: few enough to ask, wide enough
// to notice a persona or a guardrail that is missing.
func selected(all []probe) []probe {
	seen := map[string]bool{}
	var out []probe
	for _, p := range all {
		o := p.outcome
		about := o.Row.Control
		if p.allowed {
			about = o.Row.ID + " " + o.Query.Action
		}
		key := fmt.Sprint(p.allowed, " ", o.Who, " ", about)
		// A row that only an endpoint or a resource refuses shows nothing here.
		if seen[key] || o.Error != "" || p.allowed != (o.Row.Expect == "allow") {
			continue
		}
		seen[key] = true
		out = append(out, p)
	}
	return out
}

// simulation of a request by the role.
func simulation(q decisions.Query) call {
	var entries []any
	for _, key := range slices.Sorted(maps.Keys(q.Context)) {
		entries = append(entries, map[string]any{
			"ContextKeyName": key, "ContextKeyValues": q.Context[key], "ContextKeyType": keyType(key),
		})
	}
	return call{"iam", "SimulatePrincipalPolicy", map[string]any{
		"PolicySourceArn": q.Principal, "ActionNames": []string{q.Action}, "ResourceArns": []string{q.Resource}, "ContextEntries": entries,
	}}
}

// keyType is the type of a condition key in the words of the IAM API.
func keyType(key string) string {
	known, _ := authorization.LookupKey(key)
	name := map[authorization.ValueType]string{
		authorization.Bool: "boolean", authorization.Numeric: "numeric", authorization.Date: "date", authorization.IP: "ip",
	}[known.Type]
	if name == "" {
		name = "string"
	}
	if known.Many {
		name += "List"
	}
	return name
}

// ask asks AWS and tells whether the decision is the expected one.
func (p probe) ask(ctx context.Context, c client) (decision string, err error) {
	answer, err := c.do(ctx, p.call)
	if err != nil {
		return "", err
	}
	results, _ := answer["EvaluationResults"].([]any)
	if len(results) != 1 {
		return "", fmt.Errorf("%d results", len(results))
	}
	result, _ := results[0].(map[string]any)
	decision = fmt.Sprint(result["EvalDecision"])
	if missing, _ := result["MissingContextValues"].([]any); len(missing) > 0 {
		decision += fmt.Sprintf(" without %v", missing)
	}
	if (result["EvalDecision"] == "allowed") != p.allowed {
		return decision, fmt.Errorf("%s %s by %s: AWS says %s; the row %q (%s) expects %s",
			p.outcome.Query.Action, p.outcome.Query.Resource, p.outcome.Who, decision, p.outcome.Row.About, p.outcome.Row.ID, p.outcome.Row.Expect)
	}
	return decision, nil
}

// refused are requests that the deployer's own credentials make for real, from outside the VPC, and that must be refused by
// the policies of the bucket and the key. None changes anything.
func refused(parameters map[string]string) []call {
	return []call{
		{"s3", "ListObjectsV2", map[string]any{"Bucket": parameters["data-bucket"]}},
		{"s3", "HeadObject", map[string]any{"Bucket": parameters["model-bucket"], "Key": "none"}},
		{"kms", "GenerateDataKey", map[string]any{"KeyId": parameters["data-key-arn"], "KeySpec": "AES_256"}},
	}
}
