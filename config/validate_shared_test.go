package config_test

import (
	"strings"
	"testing"
)

// index is a valid package index of the organisation's own.
const index = `account: "111122223333"
sharedServices:
  packages:
    kind: index
    domainName: pypi.example.com
    certificateArns:
      eu-west-1: arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef
`

func TestSharedServicesMistakes(t *testing.T) {
	const here = "projects:\n"
	runMistakes(t, []mistake{
		{
			name: "account id with hyphens",
			old:  here, new: "sharedServices: {account: 1111-2222-3333}\n" + here,
			want: `secureml.yaml:6:27: sharedServices.account: 1111-2222-3333 is not an account id; use 12 digits`,
		},
		{
			name: "unknown kind of packages",
			old:  here, new: "sharedServices: {packages: {kind: pypi}}\n" + here,
			want: `secureml.yaml:6:35: sharedServices.packages.kind: pypi is not supported here; use codeartifact or index`,
		},
		{
			name: "external repository for all",
			old:  here, new: "sharedServices: {repository: connection}\n" + here,
			want: `secureml.yaml:6:30: sharedServices.repository: connection is not supported here; use codecommit or none`,
		},
		{
			name: "region without CodeArtifact",
			old:  "region: eu-west-1", new: "region: sa-east-1",
			want: `secureml.yaml:1:1: sharedServices.packages.kind: sa-east-1 has no AWS CodeArtifact; write kind: index, or use another region`,
		},
		{
			name: "region without CodeArtifact and CodeCommit",
			old:  "region: eu-west-1", new: "region: il-central-1\ns3PrefixLists: {il-central-1: pl-01234567}",
			want: `secureml.yaml:1:1: sharedServices.packages.kind: il-central-1 has no AWS CodeArtifact; write kind: index, or use another region
secureml.yaml:1:1: sharedServices.repository: il-central-1 has no AWS CodeCommit; write repository: none
secureml.yaml:15:9: projects[0].environments[0].repository.kind: il-central-1 has no AWS CodeCommit; write kind: connection or none
secureml.yaml:18:9: projects[0].environments[1].repository.kind: il-central-1 has no AWS CodeCommit; write kind: connection or none
secureml.yaml:25:9: projects[1].environments[0].repository.kind: il-central-1 has no AWS CodeCommit; write kind: connection or none`,
		},
		{
			name: "fields of the index for CodeArtifact",
			old:  here, new: replaced(index, "kind: index", "kind: codeartifact") + here,
			want: `secureml.yaml:10:17: sharedServices.packages.domainName: only for kind index; remove it or write kind: index
secureml.yaml:11:5: sharedServices.packages.certificateArns: only for kind index; remove it or write kind: index`,
		},
		{
			name: "index without a name and a certificate",
			old:  here, new: "sharedServices: {packages: {kind: index}}\n" + here,
			want: `secureml.yaml:6:18: sharedServices.packages.certificateArns.eu-west-1: missing; kind index needs the ARN of an ACM certificate for domainName in eu-west-1
secureml.yaml:6:18: sharedServices.packages.domainName: missing; kind index needs the name under which it is served, for example pypi.example.com`,
		},
		{
			name: "index under a single label",
			old:  here, new: replaced(index, "pypi.example.com", "pypi") + here,
			want: `secureml.yaml:10:17: sharedServices.packages.domainName: pypi is a single label; use a name such as pypi.example.com`,
		},
		{
			name: "index under a URL",
			old:  here, new: replaced(index, "pypi.example.com", "https://pypi.example.com") + here,
			want: `secureml.yaml:10:17: sharedServices.packages.domainName: https://pypi.example.com is not a DNS name of lower-case letters, digits, hyphens and dots; use a name such as pypi.example.com`,
		},
		{
			name: "certificate that is none",
			old:  here, new: replaced(index, "acm:", "iam:") + here,
			want: `secureml.yaml:12:18: sharedServices.packages.certificateArns.eu-west-1: arn:aws:iam:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abc... is not the ARN of an ACM certificate; use arn:aws:acm:eu-west-1:<account>:certificate/<id>`,
		},
		{
			name: "certificate of another partition",
			old:  here, new: replaced(index, "arn:aws:", "arn:aws-cn:") + here,
			want: `secureml.yaml:12:18: sharedServices.packages.certificateArns.eu-west-1: the certificate is in partition aws-cn, but eu-west-1 is in aws; use a certificate of partition aws`,
		},
		{
			name: "certificate of another region",
			old:  here, new: replaced(index, "acm:eu-west-1", "acm:us-east-1") + here,
			want: `secureml.yaml:12:18: sharedServices.packages.certificateArns.eu-west-1: the certificate is in us-east-1, but serves eu-west-1; use a certificate of that region`,
		},
		{
			name: "certificate of another account",
			old:  here, new: replaced(index, "acm:eu-west-1:111122223333", "acm:eu-west-1:444455556666") + here,
			want: `secureml.yaml:12:18: sharedServices.packages.certificateArns.eu-west-1: the certificate is in account 444455556666, but the shared services are in 111122223333; use a certificate of that account`,
		},
		{
			name: "certificate for a region without environments",
			old:  here, new: index + "      us-east-1: arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef\n" + here,
			want: `secureml.yaml:13:7: sharedServices.packages.certificateArns.us-east-1: no environment is in us-east-1; remove the entry`,
		},
		{
			name: "certificate for one of two regions",
			old:  base[strings.Index(base, here):], new: index + replaced(base[strings.Index(base, here):], "name: prod\n", "name: prod\n        region: us-east-1\n"),
			want: `secureml.yaml:11:5: sharedServices.packages.certificateArns.us-east-1: missing; kind index needs the ARN of an ACM certificate for domainName in us-east-1`,
		},
		{
			name: "certificate for an unknown region",
			old:  here, new: replaced(index, "      eu-west-1:", "      eu-wset-1:") + here,
			want: `secureml.yaml:12:7: sharedServices.packages.certificateArns.eu-wset-1: eu-wset-1 is not a known region; did you mean eu-west-1?`,
		},
		{
			name: "one certificate for all regions",
			old:  here, new: replaced(index, "certificateArns:\n      eu-west-1:", "certificateArn:") + here,
			want: `secureml.yaml:11:5: sharedServices.packages: unknown field "certificateArn"; did you mean "certificateArns"?`,
		},
		{
			name: "certificate by number",
			old:  here, new: replaced(index, "eu-west-1: arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef", "eu-west-1: 1") + here,
			want: `secureml.yaml:12:18: sharedServices.packages.certificateArns.eu-west-1: 1 is a number, not text; write it in quotes: "1"`,
		},
		{
			name: "index for another account without its endpoint service",
			old:  here, new: replaced(index, "sharedServices:\n", "sharedServices:\n  account: \"444455556666\"\n", "acm:eu-west-1:111122223333", "acm:eu-west-1:444455556666") + zonesByID + here,
			want: `secureml.yaml:9:3: sharedServices.packages.endpointServiceNames.eu-west-1: in fraud/dev, fraud/prod, churn/dev: missing; environments in another account than the shared services' need their output EndpointServiceName in eu-west-1 (until they are deployed, write com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000000)`,
		},
		{
			name: "endpoint service of another region",
			old:  here, new: index + "    endpointServiceNames: {eu-west-1: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0}\n" + here,
			want: `secureml.yaml:13:39: sharedServices.packages.endpointServiceNames.eu-west-1: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0 is not the name of an endpoint service in eu-west-1; use com.amazonaws.vpce.eu-west-1.vpce-svc-<hexadecimal id>`,
		},
		{
			name: "endpoint service of an unknown region",
			old:  here, new: index + "    endpointServiceNames: {eu-west-11: com.amazonaws.vpce.eu-west-11.vpce-svc-0123456789abcdef0}\n" + here,
			want: `secureml.yaml:13:28: sharedServices.packages.endpointServiceNames.eu-west-11: eu-west-11 is not a known region; did you mean eu-west-1?`,
		},
		{
			name: "image by tag",
			old:  here, new: index + "    imageDigest: latest\n" + here,
			want: `secureml.yaml:13:18: sharedServices.packages.imageDigest: latest is not an image digest; use sha256: and 64 hexadecimal digits in lower case`,
		},
		{
			name: "zones by id of another region",
			old:  here, new: "sharedServices: {network: {availabilityZoneIds: [use1-az1, use1-az2]}}\n" + here,
			want: `secureml.yaml:6:50: sharedServices.network.availabilityZoneIds[0]: use1-az1 is not in eu-west-1, where the shared services are deployed; use ids such as euw1-az1
secureml.yaml:6:60: sharedServices.network.availabilityZoneIds[1]: use1-az2 is not in eu-west-1, where the shared services are deployed; use ids such as euw1-az1`,
		},
		{
			name: "log retention that CloudWatch lacks",
			old:  here, new: "sharedServices: {logRetentionDays: 366}\n" + here,
			want: `secureml.yaml:6:36: sharedServices.logRetentionDays: 366 days is not a retention that CloudWatch Logs takes; use 365 or 400`,
		},
	})
}
