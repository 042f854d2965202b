package controls

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/policy"
)

// Limits of policies that only shared services have (API references of Amazon ECR, SetRepositoryPolicy, and CodeArtifact,
// PutDomainPermissionsPolicy).
const (
	imagePolicyLimit   = 10240
	packagePolicyLimit = 7168
)

// manyConsumers are more accounts than an organisation is likely to give projects, so that size limits are tested.
const manyConsumers = 100

func exampleShared(consumers ...string) Shared {
	const account = "444455556666"
	return Shared{
		Partition: "aws", Account: account, Region: "eu-west-1", DNSSuffix: "amazonaws.com",
		Consumers: consumers,
		DeploymentRoles: []string{
			"arn:aws:iam::" + account + ":role/cdk-hnb659fds-cfn-exec-role-" + account + "-eu-west-1",
			"arn:aws:iam::" + account + ":role/acme-ml-platform-pipeline",
		},
		DataKey:         "arn:aws:kms:eu-west-1:" + account + ":key/00000000-0000-0000-0000-000000000001",
		ImageRepository: "arn:aws:ecr:eu-west-1:" + account + ":repository/secureml/shared",
		Index: &SharedIndex{
			Bucket: "arn:aws:s3:::packages", S3Endpoint: "vpce-0aaaaaaaaaaaaaaaa",
			ServiceBuckets: []string{"prod-eu-west-1-starport-layer-bucket"},
		},
	}
}

type sharedDocument struct {
	policy.Document
	kind  policy.Kind
	limit int
}

// sharedDocuments returns every policy document that shared services render.
func sharedDocuments(s Shared) map[string]sharedDocument {
	out := map[string]sharedDocument{
		"boundary":           {SharedBoundary(s), policy.Boundary, policy.ManagedPolicyLimit},
		"key data":           {SharedKeyPolicy(s, DataKey), policy.Resource, policy.KeyPolicyLimit},
		"key log":            {SharedKeyPolicy(s, LogKey), policy.Resource, policy.KeyPolicyLimit},
		"images":             {SharedImagePolicy(s), policy.Resource, imagePolicyLimit},
		"package domain":     {PackageDomainPolicy(s), policy.Resource, packagePolicyLimit},
		"package repository": {PackageRepositoryPolicy(s), policy.Resource, packagePolicyLimit},
		"bucket packages":    {SharedBucketPolicy(s, Bucket{ARN: s.Index.Bucket}), policy.Resource, policy.BucketPolicyLimit},
		"bucket access log":  {SharedBucketPolicy(s, Bucket{ARN: "arn:aws:s3:::log", AccessLog: true}), policy.Resource, policy.BucketPolicyLimit},
	}
	for _, p := range SharedWorkers() {
		out["persona "+string(p)] = sharedDocument{SharedPersonaPolicy(s, p), policy.Identity, policy.InlineRolePolicyLimit}
		out["trust "+string(p)] = sharedDocument{SharedTrustPolicy(s, p), policy.Resource, policy.TrustPolicyLimit}
	}
	for _, e := range append(SharedEndpointServices(), S3Gateway) {
		out["endpoint "+string(e)] = sharedDocument{SharedEndpointPolicy(s, e), policy.Resource, policy.EndpointPolicyLimit}
	}
	return out
}

// Catches an action, key or operator that IAM accepts and that never matches, grants that reach too far, and a deny that
// a reader cannot trace back.
func TestSharedDocumentsAreCorrect(t *testing.T) {
	for name, d := range sharedDocuments(exampleShared("111122223333", "444455556666")) {
		if len(d.Statements) == 0 {
			t.Errorf("%s is empty", name)
		}
		for _, p := range policy.Check(d.Document, d.kind) {
			t.Errorf("%s: %s", name, p)
		}
		checkSids(t, name, d.Document)
	}
}

func TestSharedDocumentsFitManyConsumers(t *testing.T) {
	var accounts []string
	for i := range manyConsumers {
		accounts = append(accounts, fmt.Sprintf("%012d", i))
	}
	for name, d := range sharedDocuments(exampleShared(accounts...)) {
		if size := d.Size(policy.Literal); size > d.limit {
			t.Errorf("%s has %d characters with %d consumers; at most %d", name, size, manyConsumers, d.limit)
		}
	}
}

// Only what is meant for consumers names them, each with the condition on the role's path.
func TestConsumersAreAdmittedByAccountAndPath(t *testing.T) {
	const consumer = "111122223333"
	for name, d := range sharedDocuments(exampleShared(consumer)) {
		wants := slices.Contains([]string{"images", "package domain", "package repository"}, name)
		found := false
		for _, s := range d.Statements {
			if !slices.ContainsFunc(s.Principal.AWS, func(arn string) bool { return strings.Contains(arn, consumer) }) {
				continue
			}
			found = true
			if !slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool {
				return c.Operator == "ArnLike" && c.Key == "aws:PrincipalArn" && slices.Equal(c.Values, []string{"arn:aws:iam::*:role/secureml/*/*/*"})
			}) {
				t.Errorf("%s: %s admits the whole account", name, s.Sid)
			}
		}
		if found != wants {
			t.Errorf("%s: consumers are admitted: %v, want %v", name, found, wants)
		}
		for _, s := range d.Statements {
			if s.Effect == policy.Allow && s.Principal.Any && !strings.HasPrefix(name, "endpoint") {
				t.Errorf("%s: %s allows anybody", name, s.Sid)
			}
		}
	}
}

// The account's own environments read like those of other accounts, and are out where it has none.
func TestOwnEnvironmentsReadOnlyAsConsumers(t *testing.T) {
	own := "arn:aws:iam::444455556666:role/secureml/*/*/*"
	for _, c := range []struct {
		consumers []string
		want      bool
	}{{[]string{"111122223333"}, false}, {[]string{"111122223333", "444455556666"}, true}} {
		for _, s := range SharedImagePolicy(exampleShared(c.consumers...)).Statements {
			for _, condition := range s.Conditions {
				admitted := slices.Contains(condition.Values, own)
				switch s.Sid {
				case "SUP05PublishersOnlyWrite":
					if admitted {
						t.Errorf("%v: environments may push images", c.consumers)
					}
				case "SUP05OthersOnlyLook":
					if condition.Key == "aws:PrincipalArn" && admitted != c.want {
						t.Errorf("%v: own environments may pull: %v, want %v", c.consumers, admitted, c.want)
					}
				}
			}
		}
	}
}

// A role of the shared services must not count as one of an environment.
func TestSharedRolesAreNoEnvironmentRoles(t *testing.T) {
	s := exampleShared("444455556666")
	pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(s.environmentRoles(s.Account)), `\*`, ".*") + "$")
	e := example()
	e.Account = s.Account
	if !pattern.MatchString(e.roleARN(Job)) {
		t.Errorf("%s does not match %s", pattern, e.roleARN(Job))
	}
	for _, p := range SharedWorkers() {
		if pattern.MatchString(s.roleARN(p)) {
			t.Errorf("%s matches %s", pattern, s.roleARN(p))
		}
		if name := s.RoleName(p); len(name) > 64 {
			t.Errorf("%s has %d characters; a role name has at most 64", name, len(name))
		}
	}
}

// The boundary allows all that the roles are granted; what it leaves out would fail at run time only.
func TestSharedBoundaryCoversGrants(t *testing.T) {
	s := exampleShared("444455556666")
	allowed := SharedBoundary(s).Statements[0].Actions
	for _, p := range SharedWorkers() {
		for _, statement := range SharedPersonaPolicy(s, p).Statements {
			for _, action := range statement.Actions {
				if !slices.Contains(allowed, action) {
					t.Errorf("%s is granted %s, which its boundary leaves out", p, action)
				}
			}
		}
	}
}
