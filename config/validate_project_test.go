package config_test

import (
	"strings"
	"testing"
)

func TestOrganizationMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "no name",
			old:  "organization: acme\n", new: "",
			want: `secureml.yaml:1:1: organization: missing; write an organisation name: 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
		},
		{
			name: "name with two hyphens",
			old:  "organization: acme", new: "organization: ac--me",
			want: `secureml.yaml:1:15: organization: ac--me is not an organisation name; use 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
		},
		{
			name: "empty name",
			old:  "organization: acme", new: `organization: ""`,
			want: `secureml.yaml:1:15: organization: "" is not an organisation name; use 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
		},
		{
			name: "account id of 13 digits",
			old:  "region: eu-west-1\n", new: "region: eu-west-1\naccount: \"1111222233334\"\n",
			want: `secureml.yaml:3:10: account: 1111222233334 is not an account id; use 12 digits`,
		},
		{
			name: "organisation id without its prefix",
			old:  "region: eu-west-1\n", new: "organizationId: a1b2c3d4e5f6\nregion: eu-west-1\n",
			want: `secureml.yaml:2:17: organizationId: a1b2c3d4e5f6 is not an organisation id; use o- and 10 to 32 lower-case letters and digits`,
		},
		{
			name: "no region",
			old:  "region: eu-west-1\n", new: "",
			want: `secureml.yaml:1:1: region: missing; name the region to deploy to, for example eu-west-1`,
		},
		{
			name: "unknown region",
			old:  "region: eu-west-1", new: "region: eu-wset-1",
			want: `secureml.yaml:2:9: region: eu-wset-1 is not a known region; did you mean eu-west-1?`,
		},
		{
			name: "availability zone for a region",
			old:  "region: eu-west-1", new: "region: dublin",
			want: `secureml.yaml:2:9: region: dublin is not a known region; use a region's code such as eu-west-1`,
		},
		{
			name: "no projects",
			old:  base[strings.Index(base, "projects:"):], new: "projects: []\n",
			want: `secureml.yaml:6:1: projects: an empty list; describe at least one project`,
		},
		{
			name: "projects left out",
			old:  base[strings.Index(base, "projects:"):], new: "",
			want: `secureml.yaml:1:1: projects: missing; describe at least one project`,
		},
		{
			name: "address range for all environments",
			old:  "projects:\n", new: "defaults:\n  network:\n    cidr: 10.9.0.0/20\nprojects:\n",
			want: `secureml.yaml:8:11: defaults.network.cidr: environments may not share an address range; give each environment its own network.cidr`,
		},
	})
}

func TestProjectMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "name with a hyphen",
			old:  "name: churn", new: "name: churn-model",
			want: `secureml.yaml:20:11: projects[1].name: churn-model is not a project name; use 2 to 16 lower-case letters and digits, starting with a letter`,
		},
		{
			name: "name of 17 characters",
			old:  "name: churn", new: "name: churnpredictionxl",
			want: `secureml.yaml:20:11: projects[1].name: churnpredictionxl is not a project name; use 2 to 16 lower-case letters and digits, starting with a letter`,
		},
		{
			name: "reserved name",
			old:  "name: churn", new: "name: shared",
			want: `secureml.yaml:20:11: projects[1].name: shared is reserved for what all projects share; choose another name`,
		},
		{
			name: "name given twice",
			old:  "name: churn", new: "name: fraud",
			want: `secureml.yaml:20:11: projects[1].name: fraud is already the name of projects[0]; choose another name`,
		},
		{
			name: "nothing but a name",
			old:  "    owner: churn@example.com\n    costCenter: CC-2002\n    environments:\n      - name: dev\n        network:\n" + churnDev, new: "",
			want: `secureml.yaml:20:5: projects[1].costCenter: missing; write a cost centre: 1 to 32 letters, digits, dots, hyphens and underscores
secureml.yaml:20:5: projects[1].environments: missing; describe at least one environment
secureml.yaml:20:5: projects[1].owner: missing; write the e-mail address of the team that answers for the project`,
		},
		{
			name: "no environment",
			old:  "    environments:\n      - name: dev\n        network:\n" + churnDev, new: "    environments: []\n",
			want: `secureml.yaml:23:5: projects[1].environments: an empty list; describe at least one environment`,
		},
		{
			name: "owner who is no address",
			old:  "owner: churn@example.com", new: "owner: Churn team",
			want: `secureml.yaml:21:12: projects[1].owner: "Churn team" is not an e-mail address; use name@example.com`,
		},
		{
			name: "owner with a display name",
			old:  "owner: churn@example.com", new: "owner: Churn team <churn@example.com>",
			want: `secureml.yaml:21:12: projects[1].owner: "Churn team <churn@example.com>" has a display name; use the address alone, churn@example.com`,
		},
		{
			name: "owner in quotes",
			old:  "owner: churn@example.com", new: "owner: '\"churn\"@example.com'",
			want: `secureml.yaml:21:12: projects[1].owner: "\"churn\"@example.com" is not an e-mail address; use name@example.com`,
		},
		{
			name: "owner who can't be a tag",
			old:  "owner: churn@example.com", new: "owner: r&d@example.com",
			want: `secureml.yaml:21:12: projects[1].owner: r&d@example.com can't be a tag value; use an address of letters, digits and the characters _.:/=+-@`,
		},
		{
			name: "cost centre with a space",
			old:  "costCenter: CC-2002", new: "costCenter: CC 2002",
			want: `secureml.yaml:22:17: projects[1].costCenter: "CC 2002" is not a cost centre; use 1 to 32 letters, digits, dots, hyphens and underscores`,
		},
		{
			name: "cost centre of 33 characters",
			old:  "costCenter: CC-2002", new: "costCenter: CC-20020000000000000000000000000000",
			want: `secureml.yaml:22:17: projects[1].costCenter: CC-20020000000000000000000000000000 is not a cost centre; use 1 to 32 letters, digits, dots, hyphens and underscores`,
		},
		{
			name: "address range for a project",
			old:  "costCenter: CC-2002\n", new: "costCenter: CC-2002\n    defaults: {network: {cidr: 10.9.0.0/20}}\n",
			want: `secureml.yaml:23:32: projects[1].defaults.network.cidr: environments may not share an address range; give each environment its own network.cidr`,
		},
	})
}

func TestUserMistakes(t *testing.T) {
	const alice = "        email: alice@example.com\n"
	runMistakes(t, []mistake{
		{
			name: "name in upper case",
			old:  "name: alice", new: "name: Alice",
			want: `secureml.yaml:11:15: projects[0].users[0].name: Alice is not a user name; use 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
		},
		{
			name: "name of 21 characters",
			old:  "name: alice", new: "name: alice-von-wunderland1",
			want: `secureml.yaml:11:15: projects[0].users[0].name: alice-von-wunderland1 is not a user name; use 2 to 20 lower-case letters, digits and single hyphens, starting with a letter`,
		},
		{
			name: "no e-mail address",
			old:  alice, new: "",
			want: `secureml.yaml:11:9: projects[0].users[0].email: missing; write the user's e-mail address`,
		},
		{
			name: "e-mail address without a domain",
			old:  alice, new: "        email: alice@localhost\n",
			want: `secureml.yaml:12:16: projects[0].users[0].email: alice@localhost is not an e-mail address; use name@example.com`,
		},
		{
			name: "identity with a space",
			old:  alice, new: alice + "        identity: Alice A\n",
			want: `secureml.yaml:13:19: projects[0].users[0].identity: "Alice A" is not a source identity; use 2 to 64 letters, digits and the characters _+=,.@-`,
		},
		{
			name: "e-mail address that can't be a source identity",
			old:  alice, new: "        email: alice!a@example.com\n",
			want: `secureml.yaml:12:16: projects[0].users[0].email: alice!a@example.com can't be the source identity, which is 2 to 64 letters, digits and the characters _+=,.@-; give the user an identity`,
		},
		{
			name: "name given twice",
			old:  alice, new: alice + "      - {name: alice, email: alice2@example.com}\n",
			want: `secureml.yaml:13:16: projects[0].users[1].name: alice is already the name of projects[0].users[0]; choose another name`,
		},
		{
			name: "person given twice",
			old:  alice, new: alice + "      - {name: alice2, email: alice@example.com}\n",
			want: `secureml.yaml:13:31: projects[0].users[1].email: alice@example.com is already the source identity of projects[0].users[0]; one person is one user of a project`,
		},
		{
			name: "101 users",
			old:  "    costCenter: CC-2002\n", new: "    costCenter: CC-2002\n    users: " + listed(101, "{name: user-%d, email: user-%[1]d@example.com}") + "\n",
			want: `secureml.yaml:23:5: projects[1].users: 101 users are too many; use at most 100`,
		},
		{
			name: "identity given twice",
			old:  alice, new: alice + "      - {name: bob, email: bob@example.com, identity: alice@example.com}\n",
			want: `secureml.yaml:13:55: projects[0].users[1].identity: alice@example.com is already the source identity of projects[0].users[0]; one person is one user of a project`,
		},
	})
}
