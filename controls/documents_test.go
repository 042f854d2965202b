package controls

import (
	"fmt"
	"testing"

	"github.com/secureml/environments/policy"
)

// documents returns every policy document that an environment renders, with its kind.
func documents(e Environment) map[string]struct {
	policy.Document
	kind  policy.Kind
	limit int
} {
	out := map[string]struct {
		policy.Document
		kind  policy.Kind
		limit int
	}{}
	add := func(name string, d policy.Document, kind policy.Kind, limit int) {
		out[name] = struct {
			policy.Document
			kind  policy.Kind
			limit int
		}{d, kind, limit}
	}
	add("guardrails", policy.Document{Statements: Guardrails(e)}, policy.Identity, 0)
	add("boundary", Boundary(e), policy.Boundary, policy.ManagedPolicyLimit)
	for _, p := range allPersonas() {
		add("persona "+string(p), policy.Document{Statements: PersonaPolicy(e, p)}, policy.Identity, 0)
		add("trust "+string(p), TrustPolicy(e, p), policy.Resource, policy.TrustPolicyLimit)
	}
	for _, b := range []Bucket{{ARN: e.DataBucket}, {ARN: "arn:aws:s3:::log", AccessLog: true}} {
		add(fmt.Sprintf("bucket %v", b), BucketPolicy(e, b), policy.Resource, policy.BucketPolicyLimit)
	}
	add("images", ImagePolicy(e), policy.Resource, imagePolicyLimit)
	for _, k := range []KeyPurpose{DataKey, VolumeKey, LogKey} {
		add("key "+string(k), KeyPolicy(e, k), policy.Resource, policy.KeyPolicyLimit)
	}
	for _, s := range append(EndpointServices(), S3Gateway) {
		add("endpoint "+string(s), EndpointPolicy(e, s), policy.Resource, policy.EndpointPolicyLimit)
	}
	return out
}

func allPersonas() []Persona {
	return append(append(People(), Workers()...), Notebook, LogDelivery)
}

// Catches an action, key or operator that IAM accepts and that never matches, and grants that reach too far.
func TestDocumentsAreCorrect(t *testing.T) {
	for name, d := range documents(example()) {
		if len(d.Statements) == 0 {
			t.Errorf("%s is empty", name)
		}
		for _, p := range policy.Check(d.Document, d.kind) {
			t.Errorf("%s: %s", name, p)
		}
	}
}

func TestDocumentsFit(t *testing.T) {
	e := example()
	for name, d := range documents(e) {
		if size := d.Size(policy.Literal); d.limit > 0 && size > d.limit {
			t.Errorf("%s has %d characters; at most %d", name, size, d.limit)
		} else {
			t.Logf("%s: %d", name, size)
		}
	}
	guardrails, err := policy.Pack(Guardrails(e), policy.ManagedPolicyLimit, policy.Literal)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range allPersonas() {
		own, err := policy.Pack(PersonaPolicy(e, p), policy.ManagedPolicyLimit, policy.Literal)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d policies", p, len(own))
		attached := len(own)
		if p.CallsSageMaker() {
			attached += len(guardrails)
		}
		if attached > policy.ManagedPoliciesPerRole-2 {
			t.Errorf("%s carries %d managed policies; two of %d are kept free", p, attached, policy.ManagedPoliciesPerRole)
		}
	}
	t.Logf("guardrails: %d policies", len(guardrails))
}
