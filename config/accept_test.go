package config_test

import (
	"strings"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/facts"
)

// What is just inside the limits must be accepted: a check that refuses too much would pass every test of mistakes.
func TestAccepted(t *testing.T) {
	const here = "projects:\n"
	const connection = "repository: {kind: connection, connectionArn: arn:aws:codestar-connections:eu-west-1:111122223333:connection/0a1b, repositoryId: group/team/repo}"
	for _, c := range []struct{ name, old, new string }{
		{"shortest organisation name", "organization: acme", "organization: ab"},
		{"longest organisation name", "organization: acme", "organization: acme-machine-learn-1"},
		{"account id with a leading zero", "region: eu-west-1\n", "region: eu-west-1\naccount: \"012345678901\"\n"},
		{"longest project name", "name: churn", "name: churnprediction1"},
		{"longest environment name", "name: prod\n", "name: staging1\n        kind: test\n"},
		{"longest user name", "name: alice", "name: alice-von-wunderland"},
		{"longest cost centre", "costCenter: CC-2002", "costCenter: CC_2002.000000000000000000000000"},
		{"largest range", churnDev, "          cidr: 10.2.0.0/16\n"},
		{"smallest range in three zones", churnDev, "          cidr: 192.168.7.0/24\n          availabilityZones: 3\n"},
		{"shared address space", churnDev, "          cidr: 100.127.0.0/16\n"},
		{"range beside Docker's", churnDev, "          cidr: 172.18.0.0/16\n"},
		{"range next to another", churnDev, "          cidr: 10.1.32.0/19\n"},
		{"zones by id", churnDev, churnDev + "          availabilityZoneIds: [euw1-az3, euw1-az1]\n"},
		{"zones by id with their number", churnDev, churnDev + "          availabilityZones: 2\n          availabilityZoneIds: [euw1-az3, euw1-az1]\n"},
		{"domains", churnDev, churnDev + "          allowedDomains: [\"*.corp.example.co.uk\", example.co.uk, \"*.example.com\", \"*.co.example\", a.b]\n"},
		{"private domains", churnDev, churnDev + "          allowedDomains: [\"*.acme.internal\", \"*.corp.acme.internal\", acme.internal]\n"},
		{"domains of one's own under a host's", churnDev, churnDev + "          allowedDomains: [\"*.acme.github.io\", acme.github.io, \"*.www.ck\"]\n"},
		{"most domains", churnDev, churnDev + "          allowedDomains: " + listed(100, "d%d.example.com") + "\n"},
		{"most buckets", churnDev, setting("data: {lakeBuckets: " + listed(20, "lake-%d") + "}")},
		{"most instance types", churnDev, setting("compute: {training: " + types(30, facts.Training) + ", processing: " + types(30, facts.Processing) +
			", hosting: " + types(30, facts.Hosting) + ", workbench: " + types(30, facts.Studio) + "}")},
		{"most users", "    costCenter: CC-2002\n", "    costCenter: CC-2002\n    users: " + listed(100, "{name: user-%d, email: user-%[1]d@example.com}") + "\n"},
		{"most corporate ranges", saml, saml + "  corporateCidrs: " + listed(50, "203.0.113.%d/32") + "\n"},
		{"most role names", here, "deployment: {roleNames: " + listed(20, "role-%d") + "}\n" + here},
		{"shortest and longest run time", churnDev, setting("compute: {maxRuntime: 1m, warmPool: 1h}")},
		{"longest run time", churnDev, setting("compute: {maxRuntime: 120h, warmPool: 0s}")},
		{"accelerators", churnDev, setting("compute: {training: [ml.p4d.24xlarge, ml.trn1.2xlarge], hosting: [ml.g5.xlarge, ml.inf2.xlarge]}")},
		{"Studio's workbench without notebooks", churnDev, setting("compute: {workbench: [ml.m5.large]}")},
		{"notebooks' workbench without Studio", churnDev, setting("features: [notebooks]\n        compute: {workbench: [ml.t2.medium]}")},
		{"smallest budget", churnDev, setting("budget: {monthlyUsd: 1}")},
		{"largest budget", churnDev, setting("budget: {monthlyUsd: 10000000.0}")},
		{"ten addresses", churnDev, setting("budget: {alertEmails: [a@b.de, b@b.de, c@b.de, d@b.de, e@b.de, f@b.de, g@b.de, h@b.de, i@b.de, j+k@b.de]}")},
		{"longest versions", churnDev, setting("data: {noncurrentDays: 3650, lakeBuckets: [abc, a.b-c.0]}")},
		{"longest log retention", churnDev, setting("logRetentionDays: 3653")},
		{"connection", churnDev, setting(connection)},
		{"production without workbenches", fraudProd, fraudProd + "        features: [feature-store, mlflow, self-service]\n"},
		{"development by another name", "name: prod\n", "name: lab\n        kind: development\n        features: [studio, notebooks]\n"},
		{"region of another partition", "region: eu-west-1\n", "region: us-gov-west-1\ns3PrefixLists: {us-gov-west-1: pl-0123456789abcdef0}\n" +
			strings.ReplaceAll(strings.ReplaceAll(index, "eu-west-1", "us-gov-west-1"), "arn:aws:", "arn:aws-us-gov:")},
		{"known prefix list", here, "s3PrefixLists: {eu-west-1: pl-6da54004}\n" + here},
		{"image of the index server", here, index + "    imageDigest: sha256:" + strings.Repeat("0a", 32) + "\n" + here},
		{"one person in two projects", "    costCenter: CC-2002\n", "    costCenter: CC-2002\n    users: [{name: alice, email: alice@example.com}]\n"},
		{"identity instead of the address", "        email: alice@example.com\n", "        email: a&b@example.com\n        identity: u-1\n"},
		{"people of another account", saml, "  accountMfa: {account: \"111122223333\"}\n"},
		{"widest corporate ranges", saml, saml + "  corporateCidrs: [64.0.0.0/8, \"2001:db8::/32\"]\n"},
		{"permission sets", saml, identityCenter},
		{"permission sets of 32 characters", saml, replaced(identityCenter, "ml-{project}-admin", "ml-{project}-{environment}-administrators-xyz")},
		{"one auditor for all projects", saml, replaced(identityCenter, "ml-auditor", "auditors")},
		{"role names", here, "deployment: {roleNames: [ci, \"ci+=,.@-_\"], qualifier: a123456789}\n" + here},
		{"index", here, index + here},
		{"index in an account that isn't named", here, replaced(index, "account: \"111122223333\"\n", "") + here},
		{"index of another account", here, replaced(index, "sharedServices:\n", "sharedServices:\n  account: \"444455556666\"\n", "acm:eu-west-1:111122223333", "acm:eu-west-1:444455556666") +
			"    endpointServiceNames: {eu-west-1: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0}\n" + zonesByID + here},
		{"shared zones by id", here, "sharedServices: {network: {availabilityZoneIds: [euw1-az1, euw1-az2, euw1-az3]}, repository: none}\n" + here},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(base, c.old) != 1 {
				t.Fatalf("the case replaces %q, which base holds %d times", c.old, strings.Count(base, c.old))
			}
			if _, err := config.Parse("secureml.yaml", []byte(strings.Replace(base, c.old, c.new, 1))); err != nil {
				t.Errorf("refused:\n%v", err)
			}
		})
	}
}

// The same permission sets are fine where each project has an account of its own.
func TestPermissionSetsOfProjectsInTheirOwnAccounts(t *testing.T) {
	file := replaced(base, saml, replaced(identityCenter, "ml-{project}-scientist", "ml-scientist"),
		"      - name: dev\n", "      - name: dev\n        account: \"111122223333\"\n",
		"      - name: prod\n", "      - name: prod\n        account: \"111122223333\"\n")
	parse(t, file)
}

// Each region has what is its own.
func TestTwoRegions(t *testing.T) {
	const first, second = "    certificateArns:\n", "      eu-south-1: arn:aws:acm:eu-south-1:111122223333:certificate/fedcba98-7654-3210-fedc-ba9876543210\n"
	organization := parse(t, replaced(base,
		"      - name: prod\n", "      - name: prod\n        region: eu-south-1\n",
		"projects:\n", "s3PrefixLists: {eu-south-1: pl-0123abcd}\n"+replaced(index, first, first+second)+"projects:\n"))
	if got := organization.SharedServices.Network.AvailabilityZones; got != 3 {
		t.Errorf("%d shared zones by default; an environment in one of the regions has 3", got)
	}
	if got := organization.SharedServices.Packages.CertificateARNs; len(got) != 2 || got["eu-south-1"] == got["eu-west-1"] {
		t.Errorf("certificates %v", got)
	}
}
