package config_test

import "testing"

func TestDecodeMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "unknown field near a known one",
			old:  "          cidr: 10.1.0.0/20\n", new: "          cidrs: 10.1.0.0/20\n",
			want: `secureml.yaml:16:11: projects[0].environments[0].network: unknown field "cidrs"; did you mean "cidr"?`,
		},
		{
			name: "unknown field in the wrong case",
			old:  "costCenter: CC-1001", new: "costcenter: CC-1001",
			want: `secureml.yaml:9:5: projects[0]: unknown field "costcenter"; did you mean "costCenter"?`,
		},
		{
			name: "unknown field near none",
			old:  saml, new: saml + "  password: secret\n",
			want: `secureml.yaml:6:3: access: unknown field "password"; use saml, identityCenter, accountMfa or corporateCidrs`,
		},
		{
			name: "field one level too high",
			old:  fraudDev, new: fraudDev + "        monthlyUsd: 100\n",
			want: `secureml.yaml:17:9: projects[0].environments[0]: unknown field "monthlyUsd"; it belongs under budget`,
		},
		{
			name: "several unknown fields at once",
			old:  "organization: acme\nregion: eu-west-1\n", new: "organisation: acme\nregions: eu-west-1\nfoo: 1\n",
			want: `secureml.yaml:1:1: unknown field "organisation"; did you mean "organization"?
secureml.yaml:2:1: unknown field "regions"; did you mean "region"?
secureml.yaml:3:1: unknown field "foo"; use organization, account, organizationId, region, access, deployment, sharedServices, s3PrefixLists, defaults or projects`,
		},
		{
			name: "field given twice",
			old:  "region: eu-west-1\n", new: "region: eu-west-1\nregion: eu-west-2\n",
			want: `secureml.yaml:3:1: "region" is already given in line 2; keep one of them`,
		},
		{
			name: "number for text",
			old:  "region: eu-west-1\n", new: "region: eu-west-1\naccount: 111122223333\n",
			want: `secureml.yaml:3:10: account: 111122223333 is a number, not text; write it in quotes: "111122223333"`,
		},
		{
			name: "boolean for text",
			old:  "costCenter: CC-1001", new: "costCenter: true",
			want: `secureml.yaml:9:17: projects[0].costCenter: true is a boolean, not text; write it in quotes: "true"`,
		},
		{
			name: "list for text",
			old:  "costCenter: CC-1001", new: "costCenter: [CC-1001]",
			want: `secureml.yaml:9:5: projects[0].costCenter: a list, not text; write one value, in quotes if it holds a colon`,
		},
		{
			name: "fields for text",
			old:  "costCenter: CC-1001", new: "costCenter: {id: CC-1001}",
			want: `secureml.yaml:9:5: projects[0].costCenter: fields, not text; write one value, in quotes if it holds a colon`,
		},
		{
			name: "text for a list",
			old:  fraudDev, new: fraudDev + "        features: studio\n",
			want: `secureml.yaml:17:19: projects[0].environments[0].features: studio is text, not a list; write [studio]`,
		},
		{
			name: "text for a list of fields",
			old:  "    users:\n      - name: alice\n        email: alice@example.com\n", new: "    users: alice\n",
			want: `secureml.yaml:10:12: projects[0].users: alice is text, not a list; write one "- " line for each entry`,
		},
		{
			name: "text for fields",
			old:  "        network:\n" + fraudDev, new: "        network: 10.1.0.0/20\n",
			want: `secureml.yaml:15:18: projects[0].environments[0].network: 10.1.0.0/20 is text; write its fields instead: cidr, availabilityZones, availabilityZoneIds, allowedDomains`,
		},
		{
			name: "text for named texts",
			old:  saml, new: "  identityCenter:\n    permissionSets: ml-scientist\n",
			want: `secureml.yaml:5:21: access.identityCenter.permissionSets: ml-scientist is text; write one name: value per line`,
		},
		{
			name: "text for an item with fields",
			old:  "      - name: alice\n        email: alice@example.com\n", new: "      - alice\n",
			want: `secureml.yaml:11:9: projects[0].users[0]: alice is text; write its fields instead: name, email, identity`,
		},
		{
			name: "number in quotes",
			old:  fraudDev, new: fraudDev + "        logRetentionDays: \"365\"\n",
			want: `secureml.yaml:17:27: projects[0].environments[0].logRetentionDays: 365 is text, not a whole number; write 365 without quotes`,
		},
		{
			name: "fraction for a whole number",
			old:  fraudDev, new: fraudDev + "        data: {noncurrentDays: 30.5}\n",
			want: `secureml.yaml:17:32: projects[0].environments[0].data.noncurrentDays: 30.5 is a decimal number, not a whole number; write a plain number such as 365`,
		},
		{
			name: "number in words",
			old:  fraudDev, new: fraudDev + "        budget: {monthlyUsd: much}\n",
			want: `secureml.yaml:17:30: projects[0].environments[0].budget.monthlyUsd: much is text, not a number; write a plain number such as 365`,
		},
		{
			name: "infinite number",
			old:  fraudDev, new: fraudDev + "        budget: {monthlyUsd: .inf}\n",
			want: `secureml.yaml:17:30: projects[0].environments[0].budget.monthlyUsd: .inf is infinite, not a number; write a plain number such as 365`,
		},
		{
			name: "whole number beyond 64 bits",
			old:  fraudDev, new: fraudDev + "        logRetentionDays: 99999999999999999999\n",
			want: `secureml.yaml:17:27: projects[0].environments[0].logRetentionDays: 99999999999999999999 is text, not a whole number; write a plain number such as 365`,
		},
		{
			name: "duration without a unit",
			old:  fraudDev, new: fraudDev + "        compute: {maxRuntime: 24}\n",
			want: `secureml.yaml:17:31: projects[0].environments[0].compute.maxRuntime: 24 is not a duration; write hours, minutes and seconds such as 24h, 90m or 1h30m`,
		},
		{
			name: "duration with a fraction",
			old:  fraudDev, new: fraudDev + "        compute: {maxRuntime: 1.5h}\n",
			want: `secureml.yaml:17:31: projects[0].environments[0].compute.maxRuntime: 1.5h is not a duration; write hours, minutes and seconds such as 24h, 90m or 1h30m`,
		},
		{
			name: "duration beyond all limits",
			old:  fraudDev, new: fraudDev + "        compute: {maxRuntime: 99999999999h}\n",
			want: `secureml.yaml:17:31: projects[0].environments[0].compute.maxRuntime: 99999999999h is too long for a duration; write hours, minutes and seconds such as 24h, 90m or 1h30m`,
		},
		{
			name: "no value",
			old:  "owner: fraud@example.com", new: "owner:",
			want: `secureml.yaml:8:5: projects[0].owner: no value; give one or remove the field`,
		},
		{
			name: "no fields",
			old:  saml, new: "  accountMfa:\n",
			want: `secureml.yaml:4:3: access.accountMfa: no value; write {} for its defaults or remove the field`,
		},
		{
			name: "no item",
			old:  fraudDev, new: fraudDev + "        features:\n          -\n",
			want: `secureml.yaml:18:12: projects[0].environments[0].features[0]: no value; give one or remove the field`,
		},
		{
			name: "value of several lines",
			old:  "owner: fraud@example.com", new: "owner: |\n      fraud\n      churn",
			want: `secureml.yaml:8:5: projects[0].owner: "fraud\nchurn\n" is not an e-mail address; use name@example.com`,
		},
		{
			name: "merge key",
			old:  fraudDev, new: fraudDev + "          <<: *shared\n",
			want: `secureml.yaml:17:11: projects[0].environments[0].network: merge keys (<<) are not supported; put what environments share under defaults`,
		},
		{
			name: "alias without an anchor",
			old:  "costCenter: CC-1001", new: "costCenter: *costs",
			want: `secureml.yaml:9:17: projects[0].costCenter: alias *costs names no value; mark one with &costs`,
		},
		{
			name: "alias to itself",
			old:  "costCenter: CC-1001", new: "costCenter: &costs [*costs]",
			want: `secureml.yaml:9:17: projects[0].costCenter: a list, not text; write one value, in quotes if it holds a colon`,
		},
		{
			name: "tag",
			old:  "costCenter: CC-1001", new: "costCenter: !!str 1001",
			want: `secureml.yaml:9:17: projects[0].costCenter: YAML tags such as !!str are not supported; write the plain value`,
		},
		{
			name: "number for a name",
			old:  "region: eu-west-1\n", new: "region: eu-west-1\n1: x\n",
			want: `secureml.yaml:3:1: unknown field "1"; use organization, account, organizationId, region, access, deployment, sharedServices, s3PrefixLists, defaults or projects`,
		},
		{
			name: "undefined number",
			old:  fraudDev, new: fraudDev + "        budget: {monthlyUsd: .nan}\n",
			want: `secureml.yaml:17:30: projects[0].environments[0].budget.monthlyUsd: .nan is undefined, not a number; write a plain number such as 365`,
		},
		{
			name: "whole number of 64 bits",
			old:  fraudDev, new: fraudDev + "        logRetentionDays: 18446744073709551615\n",
			want: `secureml.yaml:17:27: projects[0].environments[0].logRetentionDays: 18446744073709551615 is a number, not a whole number; write a plain number such as 365`,
		},
		{
			name: "text for a project",
			old:  "  - name: fraud\n", new: "  - fraudulent\n  - name: fraud\n",
			want: `secureml.yaml:7:5: projects[0]: fraudulent is text; write its fields instead: name, owner, costCenter, users, defaults, environments`,
		},
		{
			name: "complex key",
			old:  "region: eu-west-1\n", new: "region: eu-west-1\n? account\n: x\n",
			want: `secureml.yaml:3:1: complex keys (?) are not supported; write name: value`,
		},
	})
}
