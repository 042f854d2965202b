package config_test

import (
	"strings"
	"testing"
)

func TestEnvironmentMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "name of 9 characters",
			old:  "name: prod", new: "name: producing",
			want: `secureml.yaml:17:15: projects[0].environments[1].name: producing is not an environment name; use 2 to 8 lower-case letters and digits, starting with a letter`,
		},
		{
			name: "name that doesn't say the kind",
			old:  "name: prod", new: "name: live",
			want: `secureml.yaml:17:9: projects[0].environments[1].kind: missing; the name live doesn't say it; write development, test or production`,
		},
		{
			name: "unknown kind",
			old:  "name: prod\n", new: "name: prod\n        kind: prod\n",
			want: `secureml.yaml:18:15: projects[0].environments[1].kind: prod is not supported here; use development, test or production`,
		},
		{
			name: "name given twice",
			old:  "name: prod\n", new: "name: dev\n",
			want: `secureml.yaml:17:15: projects[0].environments[1].name: dev is already the name of projects[0].environments[0]; choose another name`,
		},
		{
			name: "account id with letters",
			old:  "name: prod\n", new: "name: prod\n        account: production01\n",
			want: `secureml.yaml:18:18: projects[0].environments[1].account: production01 is not an account id; use 12 digits`,
		},
		{
			name: "unknown region",
			old:  "name: prod\n", new: "name: prod\n        region: us-east-3\n",
			want: `secureml.yaml:18:17: projects[0].environments[1].region: us-east-3 is not a known region; did you mean us-east-1?`,
		},
		{
			name: "no network",
			old:  "        network:\n" + churnDev, new: "",
			want: `secureml.yaml:24:9: projects[1].environments[0].network.cidr: missing; give the VPC a private range of its own, for example 10.1.0.0/20`,
		},
		{
			name: "no address range",
			old:  churnDev, new: "          availabilityZones: 2\n",
			want: `secureml.yaml:25:9: projects[1].environments[0].network.cidr: missing; give the VPC a private range of its own, for example 10.1.0.0/20`,
		},
		{
			name: "workbench in production",
			old:  fraudProd, new: fraudProd + "        features: [mlflow, notebooks]\n",
			want: `secureml.yaml:20:28: projects[0].environments[1].features[1]: notebooks in a production environment; remove it, people work in a development environment`,
		},
		{
			name: "workbench in production by default",
			old:  "projects:\n", new: "defaults: {features: [studio]}\nprojects:\n",
			want: `secureml.yaml:6:23: defaults.features[0]: in fraud/prod: studio in a production environment; remove it, people work in a development environment`,
		},
		{
			name: "unknown feature",
			old:  fraudDev, new: fraudDev + "        features: [studio, featurestore]\n",
			want: `secureml.yaml:17:28: projects[0].environments[0].features[1]: featurestore is not supported here; use studio, notebooks, feature-store, mlflow or self-service`,
		},
		{
			name: "feature given twice",
			old:  fraudDev, new: fraudDev + "        features: [studio, studio]\n",
			want: `secureml.yaml:17:28: projects[0].environments[0].features[1]: studio is already entry 1 of the list; remove one`,
		},
	})
}

func TestNetworkMistakes(t *testing.T) {
	cidr := func(value string) string { return "          cidr: " + value + "\n" }
	runMistakes(t, []mistake{
		{
			name: "address range that is none",
			old:  churnDev, new: cidr("10.2.0.0"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.2.0.0 is not an IPv4 CIDR range; use one such as 10.1.0.0/20`,
		},
		{
			name: "IPv6 address range",
			old:  churnDev, new: cidr(`"fd00::/48"`),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: fd00::/48 is not an IPv4 CIDR range; use one such as 10.1.0.0/20`,
		},
		{
			name: "address range that is too large",
			old:  churnDev, new: cidr("10.2.0.0/8"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.2.0.0/8 is larger than /16; use /16 to /24`,
		},
		{
			name: "address range that is too small",
			old:  churnDev, new: cidr("10.2.0.0/25"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.2.0.0/25 is smaller than /24; use /16 to /24`,
		},
		{
			name: "address range that is one step too large",
			old:  churnDev, new: cidr("10.2.0.0/15"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.2.0.0/15 is larger than /16; use /16 to /24`,
		},
		{
			name: "address range with host bits",
			old:  churnDev, new: cidr("10.2.0.1/16"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.2.0.1/16 has host bits set; write 10.2.0.0/16`,
		},
		{
			name: "public address range",
			old:  churnDev, new: cidr("172.32.0.0/16"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 172.32.0.0/16 is not private address space; use a range in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10`,
		},
		{
			name: "address range of Docker",
			old:  churnDev, new: cidr("172.17.64.0/20"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 172.17.64.0/20 overlaps 172.17.0.0/16, which containers on SageMaker instances use; choose another range`,
		},
		{
			name: "address range of another environment",
			old:  churnDev, new: cidr("10.1.0.0/16"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.1.0.0/16 overlaps 10.1.0.0/20 of projects[0].environments[0].network.cidr; 10.2.0.0/16 is free
secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.1.0.0/16 overlaps 10.1.16.0/20 of projects[0].environments[1].network.cidr; 10.2.0.0/16 is free`,
		},
		{
			name: "address ranges of other environments, each with a free one of its own",
			old:  churnDev, new: churnDev + "      - {name: test, network: {cidr: 10.2.0.0/20}}\n      - {name: prod, network: {cidr: 10.1.0.0/20}}\n",
			want: `secureml.yaml:27:38: projects[1].environments[1].network.cidr: 10.2.0.0/20 overlaps 10.2.0.0/20 of projects[1].environments[0].network.cidr; 10.0.16.0/20 is free
secureml.yaml:28:38: projects[1].environments[2].network.cidr: 10.1.0.0/20 overlaps 10.1.0.0/20 of projects[0].environments[0].network.cidr; 10.0.32.0/20 is free`,
		},
		{
			name: "address range of the shared services",
			old:  churnDev, new: cidr("10.0.0.0/20"),
			want: `secureml.yaml:26:17: projects[1].environments[0].network.cidr: 10.0.0.0/20 overlaps 10.0.0.0/22 of sharedServices.network.cidr (its default); 10.0.16.0/20 is free`,
		},
		{
			name: "address range of the shared services, given",
			old:  "projects:\n", new: "sharedServices: {network: {cidr: 10.2.8.0/22}}\nprojects:\n",
			want: `secureml.yaml:27:17: projects[1].environments[0].network.cidr: 10.2.0.0/20 overlaps 10.2.8.0/22 of sharedServices.network.cidr; 10.0.0.0/20 is free`,
		},
		{
			name: "one availability zone",
			old:  churnDev, new: churnDev + "          availabilityZones: 1\n",
			want: `secureml.yaml:27:30: projects[1].environments[0].network.availabilityZones: 1 is out of range; use 2 to 3 zones`,
		},
		{
			name: "more zones than the region has",
			old:  "      - name: prod\n        network:\n", new: "      - name: prod\n        region: us-west-1\n        network:\n          availabilityZones: 3\n",
			want: `secureml.yaml:1:1: sharedServices.packages.kind: us-west-1 has no AWS CodeArtifact; write kind: index, or use another region
secureml.yaml:20:30: projects[0].environments[1].network.availabilityZones: 3 zones, but us-west-1 has 2; use 2`,
		},
		{
			name: "more zones than the region has, by default",
			old:  "region: eu-west-1\n", new: "region: us-west-1\ndefaults: {network: {availabilityZones: 3}}\n",
			want: `secureml.yaml:1:1: sharedServices.packages.kind: us-west-1 has no AWS CodeArtifact; write kind: index, or use another region
secureml.yaml:3:41: defaults.network.availabilityZones: in fraud/dev, fraud/prod, churn/dev: 3 zones, but us-west-1 has 2; use 2`,
		},
		{
			name: "zones by letter",
			old:  churnDev, new: churnDev + "          availabilityZoneIds: [eu-west-1a, eu-west-1b]\n",
			want: `secureml.yaml:27:33: projects[1].environments[0].network.availabilityZoneIds[0]: eu-west-1a is not the id of an availability zone; use an id such as euw1-az1, not a name such as eu-west-1a
secureml.yaml:27:45: projects[1].environments[0].network.availabilityZoneIds[1]: eu-west-1b is not the id of an availability zone; use an id such as euw1-az1, not a name such as eu-west-1a`,
		},
		{
			name: "zones of another region",
			old:  churnDev, new: churnDev + "          availabilityZoneIds: [euw1-az1, euw2-az2]\n",
			want: `secureml.yaml:27:43: projects[1].environments[0].network.availabilityZoneIds[1]: euw2-az2 is not in eu-west-1; use ids such as euw1-az1`,
		},
		{
			name: "zone given twice",
			old:  churnDev, new: churnDev + "          availabilityZoneIds: [euw1-az1, euw1-az1]\n",
			want: `secureml.yaml:27:43: projects[1].environments[0].network.availabilityZoneIds[1]: euw1-az1 is already entry 1 of the list; remove one`,
		},
		{
			name: "one zone by id",
			old:  churnDev, new: churnDev + "          availabilityZoneIds: [euw1-az1]\n",
			want: `secureml.yaml:27:11: projects[1].environments[0].network.availabilityZoneIds: 1 given; choose 2 or 3 zones, or remove the field`,
		},
		{
			name: "number of zones against their ids",
			old:  churnDev, new: churnDev + "          availabilityZones: 3\n          availabilityZoneIds: [euw1-az1, euw1-az2]\n",
			want: `secureml.yaml:27:30: projects[1].environments[0].network.availabilityZones: 3 zones, but availabilityZoneIds names 2; remove one of the two fields`,
		},
		{
			name: "number of zones against inherited ids",
			old:  "  - name: churn\n    owner: churn@example.com\n    costCenter: CC-2002\n    environments:\n      - name: dev\n        network:\n",
			new:  "  - name: churn\n    owner: churn@example.com\n    costCenter: CC-2002\n    defaults: {network: {availabilityZoneIds: [euw1-az1, euw1-az2]}}\n    environments:\n      - name: dev\n        network:\n          availabilityZones: 3\n",
			want: `secureml.yaml:27:30: projects[1].environments[0].network.availabilityZones: 3 zones, but availabilityZoneIds names 2; remove one of the two fields`,
		},
		{
			name: "every domain",
			old:  churnDev, new: churnDev + "          allowedDomains: [\"*\"]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: * allows every name, through which data can leave; name your own domains`,
		},
		{
			name: "public suffixes",
			old:  churnDev, new: churnDev + "          allowedDomains: [\"*.com\", \"*.co.uk\"]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: *.com allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com
secureml.yaml:27:37: projects[1].environments[0].network.allowedDomains[1]: *.co.uk allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com`,
		},
		{
			name: "public suffixes that look like names",
			old:  churnDev, new: churnDev + "          allowedDomains: [\"*.github.io\", \"*.kawasaki.jp\", \"*.foo.ck\", \"*.s3.amazonaws.com\"]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: *.github.io allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com
secureml.yaml:27:43: projects[1].environments[0].network.allowedDomains[1]: *.kawasaki.jp allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com
secureml.yaml:27:60: projects[1].environments[0].network.allowedDomains[2]: *.foo.ck allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com
secureml.yaml:27:72: projects[1].environments[0].network.allowedDomains[3]: *.s3.amazonaws.com allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com`,
		},
		{
			name: "private top-level name",
			old:  churnDev, new: churnDev + "          allowedDomains: [\"*.internal\"]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: *.internal allows every name under a public suffix, through which data can leave; name your own domain, as in *.corp.example.com`,
		},
		{
			name: "wildcards before no name",
			old:  churnDev, new: churnDev + "          allowedDomains: [\"*.\", \"*.-com\", \"*.COM\"]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: *. is not a DNS name of lower-case letters, digits, hyphens and dots; use a name such as corp.example.com or *.corp.example.com
secureml.yaml:27:34: projects[1].environments[0].network.allowedDomains[1]: *.-com is not a DNS name of lower-case letters, digits, hyphens and dots; use a name such as corp.example.com or *.corp.example.com
secureml.yaml:27:44: projects[1].environments[0].network.allowedDomains[2]: *.COM is not a DNS name of lower-case letters, digits, hyphens and dots; use a name such as corp.example.com or *.corp.example.com`,
		},
		{
			name: "101 domains",
			old:  churnDev, new: churnDev + "          allowedDomains: " + listed(101, "d%d.example.com") + "\n",
			want: `secureml.yaml:27:11: projects[1].environments[0].network.allowedDomains: 101 domains are too many; use at most 100`,
		},
		{
			name: "wildcard inside a domain",
			old:  churnDev, new: churnDev + "          allowedDomains: [api.*.example.com]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: api.*.example.com has a wildcard inside; use one only at the start, as in *.corp.example.com`,
		},
		{
			name: "domains that are none",
			old:  churnDev, new: churnDev + "          allowedDomains: [corp_1.example.com, 10.1.2.3, intranet, " + strings.Repeat("a.", 126) + "com]\n",
			want: `secureml.yaml:27:28: projects[1].environments[0].network.allowedDomains[0]: corp_1.example.com is not a DNS name of lower-case letters, digits, hyphens and dots; use a name such as corp.example.com or *.corp.example.com
secureml.yaml:27:48: projects[1].environments[0].network.allowedDomains[1]: 10.1.2.3 is not a DNS name; it ends in a number; use a name such as corp.example.com or *.corp.example.com
secureml.yaml:27:58: projects[1].environments[0].network.allowedDomains[2]: intranet is a single label; use a name such as corp.example.com or *.corp.example.com
secureml.yaml:27:68: projects[1].environments[0].network.allowedDomains[3]: ` + strings.Repeat("a.", 40) + `... is longer than 253 characters; use a name such as corp.example.com or *.corp.example.com`,
		},
	})
}
