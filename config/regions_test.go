package config_test

import (
	"strings"
	"testing"
)

func TestPrefixListMistakes(t *testing.T) {
	const here = "projects:\n"
	runMistakes(t, []mistake{
		{
			name: "prefix list that is none",
			old:  here, new: "s3PrefixLists: {eu-west-1: com.amazonaws.eu-west-1.s3}\n" + here,
			want: `secureml.yaml:6:28: s3PrefixLists.eu-west-1: com.amazonaws.eu-west-1.s3 is not the id of a prefix list; use pl- and 8 or 17 hexadecimal digits in lower case`,
		},
		{
			name: "prefix list of another region",
			old:  here, new: "s3PrefixLists: {eu-west-1: pl-63a5400a}\n" + here,
			want: `secureml.yaml:6:28: s3PrefixLists.eu-west-1: pl-63a5400a is not S3's in eu-west-1, which is pl-6da54004; remove the entry`,
		},
		{
			name: "prefix list of an unknown region",
			old:  here, new: "s3PrefixLists: {ireland: pl-6da54004}\n" + here,
			want: `secureml.yaml:6:17: s3PrefixLists.ireland: ireland is not a known region; use a region's code such as eu-west-1`,
		},
		{
			name: "prefix list of a region without environments",
			old:  here, new: "s3PrefixLists: {eu-south-1: pl-0123abcd}\n" + here,
			want: `secureml.yaml:6:17: s3PrefixLists.eu-south-1: no environment is in eu-south-1; remove the entry`,
		},
		{
			name: "one prefix list for all regions",
			old:  here, new: "s3PrefixLists: pl-6da54004\n" + here,
			want: `secureml.yaml:6:16: s3PrefixLists: pl-6da54004 is text; write one name: value per line`,
		},
		{
			name: "region whose prefix list isn't known",
			old:  "region: eu-west-1\n", new: "region: cn-north-1\n",
			want: `secureml.yaml:1:1: s3PrefixLists.cn-north-1: missing; S3's prefix list in cn-north-1 is not known here; write the id that this prints: aws ec2 describe-managed-prefix-lists --region cn-north-1 --filters Name=prefix-list-name,Values=com.amazonaws.cn-north-1.s3,cn.com.amazonaws.cn-north-1.s3
secureml.yaml:1:1: sharedServices.packages.kind: cn-north-1 has no AWS CodeArtifact; write kind: index, or use another region`,
		},
		{
			name: "second region whose prefix list isn't known",
			old:  base[len("organization: acme\n"):], new: replaced(base[len("organization: acme\n"):],
				"name: prod\n", "name: prod\n        region: eu-south-1\n", here, "s3PrefixLists: {eu-west-1: pl-6da54004}\n"+here),
			want: `secureml.yaml:6:1: s3PrefixLists.eu-south-1: missing; S3's prefix list in eu-south-1 is not known here; write the id that this prints: aws ec2 describe-managed-prefix-lists --region eu-south-1 --filters Name=prefix-list-name,Values=com.amazonaws.eu-south-1.s3`,
		},
		{
			name: "misspelt region whose prefix list isn't known",
			old:  "region: eu-west-1\n", new: "region: eu-south-1\ns3PrefixLists: {eu-suoth-1: pl-0123abcd}\n",
			want: `secureml.yaml:3:17: s3PrefixLists.eu-suoth-1: eu-suoth-1 is not a known region; did you mean eu-south-1?`,
		},
	})
}

// A region that seems to be without environments may be the one that a mistake elsewhere hides.
func TestRegionsThatMistakesHide(t *testing.T) {
	const top, list = "region: eu-west-1\n", "s3PrefixLists: {eu-south-1: pl-0123abcd}\n"
	file := base[strings.Index(base, top):]
	runMistakes(t, []mistake{
		{
			name: "misspelt region of the organisation",
			old:  file, new: list + replaced(file, "region: eu-west-1", "region: eu-suoth-1"),
			want: `secureml.yaml:3:9: region: eu-suoth-1 is not a known region; did you mean eu-south-1?`,
		},
		{
			name: "misspelt region of an environment",
			old:  file, new: list + replaced(file, "name: prod\n", "name: prod\n        region: eu-suoth-1\n"),
			want: `secureml.yaml:19:17: projects[0].environments[1].region: eu-suoth-1 is not a known region; did you mean eu-south-1?`,
		},
		{
			name: "region of an environment by number",
			old:  file, new: list + replaced(file, "name: prod\n", "name: prod\n        region: 1\n"),
			want: `secureml.yaml:19:17: projects[0].environments[1].region: 1 is a number, not text; write it in quotes: "1"`,
		},
		{
			name: "environment that is text",
			old:  file, new: list + file + "      - prod in eu-south-1\n",
			want: `secureml.yaml:28:9: projects[1].environments[1]: "prod in eu-south-1" is text; write its fields instead: name, kind, account, region, network, features, compute, budget, data, repository, logRetentionDays`,
		},
		{
			name: "project without environments",
			old:  file, new: list + file + "  - {name: risk, owner: risk@example.com, costCenter: CC-3003, environments: []}\n",
			want: `secureml.yaml:28:64: projects[2].environments: an empty list; describe at least one environment`,
		},
		{
			name: "no projects",
			old:  file, new: list + file[:strings.Index(file, "projects:")],
			want: `secureml.yaml:1:1: projects: missing; describe at least one project`,
		},
	})
}
