package config_test

import (
	"testing"

	"github.com/secureml/environments/facts"
)

// setting adds lines to the environment churn/dev.
func setting(lines string) string { return churnDev + "        " + lines + "\n" }

func TestComputeMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "misspelt instance type",
			old:  churnDev, new: setting("compute: {training: [ml.m5.xlarg]}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].compute.training[0]: ml.m5.xlarg is not an instance type of training jobs; did you mean ml.m5.xlarge?`,
		},
		{
			name: "instance type of EC2",
			old:  churnDev, new: setting("compute: {processing: [m5.xlarge]}"),
			want: `secureml.yaml:27:32: projects[1].environments[0].compute.processing[0]: m5.xlarge is not an instance type of processing jobs; did you mean ml.m5.xlarge?`,
		},
		{
			name: "instance type that endpoints lack",
			old:  churnDev, new: setting("compute: {hosting: [ml.t3.medium]}"),
			want: `secureml.yaml:27:29: projects[1].environments[0].compute.hosting[0]: ml.t3.medium is not an instance type of endpoints; did you mean ml.t2.medium?`,
		},
		{
			name: "instance type like none",
			old:  churnDev, new: setting("compute: {hosting: [large]}"),
			want: `secureml.yaml:27:29: projects[1].environments[0].compute.hosting[0]: large is not an instance type of endpoints; use one such as ml.m5.large`,
		},
		{
			name: "instance type that no workbench has",
			old:  churnDev, new: setting("compute: {workbench: [ml.inf2.xlarge]}"),
			want: `secureml.yaml:27:31: projects[1].environments[0].compute.workbench[0]: ml.inf2.xlarge is not an instance type of Studio; choose another or drop the feature studio`,
		},
		{
			name: "instance type that notebooks lack",
			old:  churnDev, new: setting("features: [notebooks]\n        compute: {workbench: [ml.m5.large]}"),
			want: `secureml.yaml:28:31: projects[1].environments[0].compute.workbench[0]: ml.m5.large is not an instance type of notebook instances; did you mean ml.m5.xlarge?`,
		},
		{
			name: "instance type that Studio lacks, by default",
			old:  "projects:\n", new: "defaults: {compute: {workbench: [ml.t2.medium]}}\nprojects:\n",
			want: `secureml.yaml:6:34: defaults.compute.workbench[0]: in fraud/dev, churn/dev: ml.t2.medium is not an instance type of Studio; did you mean ml.t3.medium?`,
		},
		{
			name: "instance type given twice",
			old:  churnDev, new: setting("compute: {training: [ml.m5.large, ml.m5.large]}"),
			want: `secureml.yaml:27:43: projects[1].environments[0].compute.training[1]: ml.m5.large is already entry 1 of the list; remove one`,
		},
		{
			name: "31 instance types",
			old:  churnDev, new: setting("compute: {training: " + types(31, facts.Training) + "}"),
			want: `secureml.yaml:27:19: projects[1].environments[0].compute.training: 31 instance types are too many; use at most 30`,
		},
		{
			name: "31 instance types of each other use",
			old:  churnDev, new: setting("compute:\n          processing: " + types(31, facts.Processing) +
				"\n          hosting: " + types(31, facts.Hosting) + "\n          workbench: " + types(31, facts.Studio)),
			want: `secureml.yaml:28:11: projects[1].environments[0].compute.processing: 31 instance types are too many; use at most 30
secureml.yaml:29:11: projects[1].environments[0].compute.hosting: 31 instance types are too many; use at most 30
secureml.yaml:30:11: projects[1].environments[0].compute.workbench: 31 instance types are too many; use at most 30`,
		},
		{
			name: "no instance types",
			old:  churnDev, new: setting("compute: {training: [], workbench: []}"),
			want: `secureml.yaml:27:19: projects[1].environments[0].compute.training: an empty list; name at least one instance type, or remove the field for the default
secureml.yaml:27:33: projects[1].environments[0].compute.workbench: an empty list; name at least one instance type, or remove the field for the default`,
		},
		{
			name: "run time that is too short",
			old:  churnDev, new: setting("compute: {maxRuntime: 59s}"),
			want: `secureml.yaml:27:31: projects[1].environments[0].compute.maxRuntime: 59s is out of range; use 1m to 120h`,
		},
		{
			name: "run time that is too long",
			old:  churnDev, new: setting("compute: {maxRuntime: 121h}"),
			want: `secureml.yaml:27:31: projects[1].environments[0].compute.maxRuntime: 121h is out of range; use 1m to 120h`,
		},
		{
			name: "warm pool that is too long",
			old:  churnDev, new: setting("compute: {warmPool: 1h1s}"),
			want: `secureml.yaml:27:29: projects[1].environments[0].compute.warmPool: 1h0m1s is out of range; use 0s to 1h`,
		},
	})
}

func TestBudgetMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "no money",
			old:  churnDev, new: setting("budget: {monthlyUsd: 0}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].budget.monthlyUsd: 0 is out of range; use 1 to 10000000 US dollars`,
		},
		{
			name: "too much money",
			old:  churnDev, new: setting("budget: {monthlyUsd: 10000000.5}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].budget.monthlyUsd: 10000000.5 is out of range; use 1 to 10000000 US dollars`,
		},
		{
			name: "nobody to alert",
			old:  churnDev, new: setting("budget: {alertEmails: []}"),
			want: `secureml.yaml:27:18: projects[1].environments[0].budget.alertEmails: an empty list; name who is alerted, or remove the field to alert the project's owner`,
		},
		{
			name: "address that is none",
			old:  churnDev, new: setting("budget: {alertEmails: [churn@example.com, finance]}"),
			want: `secureml.yaml:27:51: projects[1].environments[0].budget.alertEmails[1]: finance is not an e-mail address; use name@example.com`,
		},
		{
			name: "eleven addresses",
			old:  churnDev, new: setting("budget: {alertEmails: [a@b.de, b@b.de, c@b.de, d@b.de, e@b.de, f@b.de, g@b.de, h@b.de, i@b.de, j@b.de, k@b.de]}"),
			want: `secureml.yaml:27:18: projects[1].environments[0].budget.alertEmails: 11 addresses; AWS Budgets alerts at most 10, use a mailing list`,
		},
	})
}

func TestDataMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "unknown classification",
			old:  churnDev, new: setting("data: {classification: secret}"),
			want: `secureml.yaml:27:32: projects[1].environments[0].data.classification: secret is not supported here; use internal, confidential or restricted`,
		},
		{
			name: "versions kept for no day",
			old:  churnDev, new: setting("data: {noncurrentDays: 0}"),
			want: `secureml.yaml:27:32: projects[1].environments[0].data.noncurrentDays: 0 is out of range; use 1 to 3650 days`,
		},
		{
			name: "versions kept for ever",
			old:  churnDev, new: setting("data: {noncurrentDays: 3651}"),
			want: `secureml.yaml:27:32: projects[1].environments[0].data.noncurrentDays: 3651 is out of range; use 1 to 3650 days`,
		},
		{
			name: "bucket with a wildcard",
			old:  churnDev, new: setting("data: {lakeBuckets: [acme-lake-*]}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].data.lakeBuckets[0]: acme-lake-* has a wildcard; name each bucket, or buckets of other projects and accounts match too`,
		},
		{
			name: "ARN of a bucket",
			old:  churnDev, new: setting("data: {lakeBuckets: [\"arn:aws:s3:::acme-lake\"]}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].data.lakeBuckets[0]: arn:aws:s3:::acme-lake is not a bucket name; write the name alone, without arn: or s3://`,
		},
		{
			name: "bucket in upper case",
			old:  churnDev, new: setting("data: {lakeBuckets: [Acme-Lake]}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].data.lakeBuckets[0]: Acme-Lake is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens, between a letter or digit at each end`,
		},
		{
			name: "21 buckets",
			old:  "projects:\n", new: "defaults: {data: {lakeBuckets: " + listed(21, "lake-%d") + "}}\nprojects:\n",
			want: `secureml.yaml:6:19: defaults.data.lakeBuckets: 21 buckets are too many; use at most 20`,
		},
		{
			name: "buckets that S3 refuses",
			old:  churnDev, new: setting("data: {lakeBuckets: [xn--lake, lake-s3alias, 10.1.2.3, ab, lake..x]}"),
			want: `secureml.yaml:27:30: projects[1].environments[0].data.lakeBuckets[0]: xn--lake is not a bucket name; S3 refuses names that start with xn--
secureml.yaml:27:40: projects[1].environments[0].data.lakeBuckets[1]: lake-s3alias is not a general purpose bucket; S3 keeps names that end in -s3alias for other things
secureml.yaml:27:54: projects[1].environments[0].data.lakeBuckets[2]: 10.1.2.3 is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens, between a letter or digit at each end
secureml.yaml:27:64: projects[1].environments[0].data.lakeBuckets[3]: ab is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens, between a letter or digit at each end
secureml.yaml:27:68: projects[1].environments[0].data.lakeBuckets[4]: lake..x is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens, between a letter or digit at each end`,
		},
		{
			name: "log retention that CloudWatch lacks",
			old:  churnDev, new: setting("logRetentionDays: 10"),
			want: `secureml.yaml:27:27: projects[1].environments[0].logRetentionDays: 10 days is not a retention that CloudWatch Logs takes; use 7 or 14`,
		},
		{
			name: "log retention beyond the longest",
			old:  churnDev, new: setting("logRetentionDays: 5000"),
			want: `secureml.yaml:27:27: projects[1].environments[0].logRetentionDays: 5000 days is not a retention that CloudWatch Logs takes; use 3653`,
		},
	})
}

func TestRepositoryMistakes(t *testing.T) {
	const connection = "arn:aws:codeconnections:eu-west-1:111122223333:connection/fedcba98-7654-3210-fedc-ba9876543210"
	runMistakes(t, []mistake{
		{
			name: "unknown kind",
			old:  churnDev, new: setting("repository: {kind: github}"),
			want: `secureml.yaml:27:28: projects[1].environments[0].repository.kind: github is not supported here; use codecommit, connection or none`,
		},
		{
			name: "connection without its fields",
			old:  churnDev, new: setting("repository: {kind: connection}"),
			want: `secureml.yaml:27:9: projects[1].environments[0].repository.connectionArn: missing; kind connection needs the ARN of an AWS CodeConnections connection
secureml.yaml:27:9: projects[1].environments[0].repository.repositoryId: missing; kind connection needs owner/name of the repository at the external host`,
		},
		{
			name: "connection by default without its fields",
			old:  "projects:\n", new: "defaults: {repository: {kind: connection}}\nprojects:\n",
			want: `secureml.yaml:6:12: defaults.repository.connectionArn: missing; kind connection needs the ARN of an AWS CodeConnections connection
secureml.yaml:6:12: defaults.repository.repositoryId: missing; kind connection needs owner/name of the repository at the external host`,
		},
		{
			name: "fields of a connection without one",
			old:  churnDev, new: setting("repository: {connectionArn: " + connection + ", repositoryId: acme/churn}"),
			want: `secureml.yaml:27:37: projects[1].environments[0].repository.connectionArn: only for kind connection; remove it or write kind: connection
secureml.yaml:27:147: projects[1].environments[0].repository.repositoryId: only for kind connection; remove it or write kind: connection`,
		},
		{
			name: "connection that is none",
			old:  churnDev, new: setting("repository: {kind: connection, connectionArn: github.com, repositoryId: acme/churn}"),
			want: `secureml.yaml:27:55: projects[1].environments[0].repository.connectionArn: github.com is not the ARN of a connection; use arn:aws:codeconnections:<region>:<account>:connection/<id>`,
		},
		{
			name: "repository without an owner",
			old:  churnDev, new: setting("repository: {kind: connection, connectionArn: " + connection + ", repositoryId: churn}"),
			want: `secureml.yaml:27:165: projects[1].environments[0].repository.repositoryId: churn is not a repository id; use owner/name`,
		},
		{
			name: "connection of another partition",
			old:  "region: eu-west-1\n", new: "region: us-gov-west-1\ns3PrefixLists: {us-gov-west-1: pl-0123abcd}\n" +
				"defaults: {repository: {kind: connection, connectionArn: " + connection + ", repositoryId: acme/ml}}\n",
			want: `secureml.yaml:1:1: sharedServices.packages.kind: us-gov-west-1 has no AWS CodeArtifact; write kind: index, or use another region
secureml.yaml:4:58: defaults.repository.connectionArn: in fraud/dev, fraud/prod, churn/dev: the connection is in partition aws, us-gov-west-1 is in aws-us-gov; use a connection of partition aws-us-gov`,
		},
	})
}
