package config_test

import "testing"

// identityCenter is a valid way to sign in for two projects in one account.
const identityCenter = `  identityCenter:
    permissionSets:
      project-admin: ml-{project}-admin
      data-scientist: ml-{project}-scientist
      model-approver: ml-{project}-approver
      auditor: ml-auditor
      break-glass: ml-break-glass
`

func TestAccessMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "no access",
			old:  "access:\n" + saml, new: "",
			want: `secureml.yaml:1:1: access: missing; say how people sign in: give it one of saml, identityCenter and accountMfa`,
		},
		{
			name: "no way to sign in",
			old:  "access:\n" + saml, new: "access: {}\n",
			want: `secureml.yaml:3:1: access: no way to sign in; give one of saml, identityCenter and accountMfa`,
		},
		{
			name: "two ways to sign in",
			old:  saml, new: saml + "  accountMfa: {}\n",
			want: `secureml.yaml:3:1: access: saml and accountMfa are given; keep one of them`,
		},
		{
			name: "SAML without a provider",
			old:  saml, new: "  saml: {}\n",
			want: `secureml.yaml:4:3: access.saml.provider: missing; write the name of an IAM SAML provider: 1 to 128 letters, digits, dots, hyphens and underscores, the last part of its ARN`,
		},
		{
			name: "ARN of a SAML provider",
			old:  "provider: acme-login", new: "provider: arn:aws:iam::111122223333:saml-provider/acme-login",
			want: `secureml.yaml:5:15: access.saml.provider: arn:aws:iam::111122223333:saml-provider/acme-login is not the name of an IAM SAML provider; use 1 to 128 letters, digits, dots, hyphens and underscores, the last part of its ARN`,
		},
		{
			name: "account id of 11 digits",
			old:  saml, new: "  accountMfa: {account: \"11112222333\"}\n",
			want: `secureml.yaml:4:25: access.accountMfa.account: 11112222333 is not an account id; use 12 digits`,
		},
		{
			name: "unknown persona",
			old:  saml, new: replaced(identityCenter, "data-scientist", "data_scientist"),
			want: `secureml.yaml:7:7: access.identityCenter.permissionSets.data_scientist: unknown persona; did you mean "data-scientist"?`,
		},
		{
			name: "persona without a permission set",
			old:  saml, new: replaced(identityCenter, "      auditor: ml-auditor\n", ""),
			want: `secureml.yaml:5:5: access.identityCenter.permissionSets.auditor: missing; name the permission set of this persona`,
		},
		{
			name: "no permission sets",
			old:  saml, new: "  identityCenter: {}\n",
			want: `secureml.yaml:4:3: access.identityCenter.permissionSets: missing; name a permission set for each of project-admin, data-scientist, model-approver, auditor, break-glass`,
		},
		{
			name: "one permission set for two personas",
			old:  saml, new: replaced(identityCenter, "ml-{project}-approver", "ml-{project}-scientist"),
			want: `secureml.yaml:8:23: access.identityCenter.permissionSets.model-approver: ml-{project}-scientist is already the permission set of data-scientist; give each persona its own, or duties are not separated`,
		},
		{
			name: "permission set with an unknown placeholder",
			old:  saml, new: replaced(identityCenter, "ml-{project}-admin", "ml-{team}-admin"),
			want: `secureml.yaml:6:22: access.identityCenter.permissionSets.project-admin: ml-{team}-admin has an unknown placeholder; use {project} and {environment}`,
		},
		{
			name: "permission set that is too long once expanded",
			old:  saml, new: replaced(identityCenter, "ml-{project}-admin", "machine-learning-{project}-{environment}-admin"),
			want: `secureml.yaml:6:22: access.identityCenter.permissionSets.project-admin: machine-learning-fraud-prod-admin (33 characters, environment fraud/prod) is not the name of a permission set; use 1 to 32 letters, digits and the characters _+=,.@-`,
		},
		{
			name: "permission set that opens two projects",
			old:  saml, new: replaced(identityCenter, "ml-{project}-scientist", "ml-scientist"),
			want: `secureml.yaml:7:23: access.identityCenter.permissionSets.data-scientist: ml-scientist lets the same people into the projects fraud and churn of one account; use {project} in the name`,
		},
		{
			name: "corporate range that is none",
			old:  saml, new: saml + "  corporateCidrs: [203.0.113.7]\n",
			want: `secureml.yaml:6:20: access.corporateCidrs[0]: 203.0.113.7 is not a CIDR range; use one such as 203.0.113.0/24`,
		},
		{
			name: "corporate range of the whole internet",
			old:  saml, new: saml + "  corporateCidrs: [0.0.0.0/0, \"::/0\"]\n",
			want: `secureml.yaml:6:20: access.corporateCidrs[0]: 0.0.0.0/0 admits the whole internet; use the public ranges of your offices and VPN
secureml.yaml:6:31: access.corporateCidrs[1]: ::/0 admits the whole internet; use the public ranges of your offices and VPN`,
		},
		{
			name: "corporate range that is too wide",
			old:  saml, new: saml + "  corporateCidrs: [64.0.0.0/7, \"2001::/16\"]\n",
			want: `secureml.yaml:6:20: access.corporateCidrs[0]: 64.0.0.0/7 is larger than /8; use the public ranges of your offices and VPN
secureml.yaml:6:32: access.corporateCidrs[1]: 2001::/16 is larger than /32; use the public ranges of your offices and VPN`,
		},
		{
			name: "corporate range with host bits",
			old:  saml, new: saml + "  corporateCidrs: [203.0.113.7/24]\n",
			want: `secureml.yaml:6:20: access.corporateCidrs[0]: 203.0.113.7/24 has host bits set; use 203.0.113.0/24`,
		},
		{
			name: "corporate range that is private",
			old:  saml, new: saml + "  corporateCidrs: [10.0.0.0/8, \"fd00::/48\"]\n",
			want: `secureml.yaml:6:20: access.corporateCidrs[0]: 10.0.0.0/8 is not public; use the public addresses people come from (through the VPC endpoints they are admitted without)
secureml.yaml:6:32: access.corporateCidrs[1]: fd00::/48 is not public; use the public addresses people come from (through the VPC endpoints they are admitted without)`,
		},
		{
			name: "51 corporate ranges",
			old:  saml, new: saml + "  corporateCidrs: " + listed(51, "203.0.113.%d/32") + "\n",
			want: `secureml.yaml:6:3: access.corporateCidrs: 51 ranges are too many; use at most 50`,
		},
		{
			name: "corporate range given twice",
			old:  saml, new: saml + "  corporateCidrs: [203.0.113.0/24, 203.0.113.0/24]\n",
			want: `secureml.yaml:6:36: access.corporateCidrs[1]: 203.0.113.0/24 is already entry 1 of the list; remove one`,
		},
	})
}

func TestDeploymentMistakes(t *testing.T) {
	runMistakes(t, []mistake{
		{
			name: "qualifier in upper case",
			old:  "projects:\n", new: "deployment: {qualifier: ACME}\nprojects:\n",
			want: `secureml.yaml:6:25: deployment.qualifier: ACME is not a bootstrap qualifier; use 1 to 10 lower-case letters and digits`,
		},
		{
			name: "role with a path",
			old:  "projects:\n", new: "deployment: {roleNames: [ci/deployer]}\nprojects:\n",
			want: `secureml.yaml:6:26: deployment.roleNames[0]: ci/deployer is not an IAM role name; use 1 to 64 letters, digits and the characters _+=,.@- without a path`,
		},
		{
			name: "role with a wildcard",
			old:  "projects:\n", new: "deployment: {roleNames: [deploy-*]}\nprojects:\n",
			want: `secureml.yaml:6:26: deployment.roleNames[0]: deploy-* has a wildcard; name each role, or anybody's role is exempt from the guardrails`,
		},
		{
			name: "21 roles",
			old:  "projects:\n", new: "deployment: {roleNames: " + listed(21, "role-%d") + "}\nprojects:\n",
			want: `secureml.yaml:6:14: deployment.roleNames: 21 roles are too many; use at most 20`,
		},
		{
			name: "role given twice",
			old:  "projects:\n", new: "deployment: {roleNames: [ci, ci]}\nprojects:\n",
			want: `secureml.yaml:6:30: deployment.roleNames[1]: ci is already entry 1 of the list; remove one`,
		},
	})
}
