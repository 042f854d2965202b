package controls

import (
	"fmt"
	"slices"
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

// The service that delivers access logs has one name in every partition, unlike others. Its statement comes last, and the
// refusal of plain HTTP before every statement with a NotAction, at which some tools stop reading.
func TestBucketPolicyOfTheAccessLog(t *testing.T) {
	for _, suffix := range []string{"amazonaws.com", "amazonaws.com.cn"} {
		e := example()
		e.DNSSuffix = suffix
		statements := BucketPolicy(e, Bucket{ARN: "arn:aws:s3:::log", AccessLog: true}).Statements
		last := statements[len(statements)-1]
		if !slices.Equal(last.Principal.Services, []string{"logging.s3.amazonaws.com"}) {
			t.Errorf("%s: logs are delivered by %v", suffix, last.Principal.Services)
		}
		plain := slices.IndexFunc(statements, func(s policy.Statement) bool { return s.Sid == "ENC06PlainHttp" })
		first := slices.IndexFunc(statements, func(s policy.Statement) bool { return len(s.NotActions) > 0 })
		if plain < 0 || first < 0 || plain > first {
			t.Errorf("%s: plain HTTP is refused by statement %d, the first NotAction is in %d", suffix, plain, first)
		}
	}
}
