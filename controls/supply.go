package controls

import "github.com/secureml/environments/policy"

// supply controls: where packages and images come from.
var supply = []Control{
	{
		ID:    "SUP-01",
		Title: "Packages come from the organisation's index",
		Area:  ITPolicy,
		Why: "An environment has no way to a public index, and the private one has no lasting connection to it. What is not in the index " +
			"cannot be installed; environments can read it and cannot write it.",
		Fulfils:  []string{"P1", "P2", "P6", "P7", "H-69", "H-73", "H-82"},
		Template: []string{"SUP01_no_external_connection"},
	},
	{
		ID:    "SUP-02",
		Title: "The package index is served over TLS inside AWS's network only",
		Area:  ITPolicy,
		Why: "A plain-HTTP index lets anybody on the path replace a package. The served index has an internal load balancer with a " +
			"certificate, and an endpoint service that admits named accounts only.",
		Fulfils:  []string{"N8", "P3", "P4", "T4", "H-72"},
		Template: []string{"SUP02_listener_tls", "SUP02_listener_policy", "SUP02_endpoint_service_accepts_named"},
	},
	{
		ID:       "SUP-03",
		Title:    "Image tags never move and images are scanned",
		Area:     Reproducibility,
		Why:      "A model names its image; if the tag can move, the name means nothing. Every push is scanned for known vulnerabilities.",
		Fulfils:  []string{"E4", "H-141"},
		Template: []string{"SUP03_repository_immutable", "SUP03_repository_scans"},
	},
	{
		ID:    "SUP-04",
		Title: "Templates run supported software",
		Area:  ITPolicy,
		Why: "A control that runs on a retired runtime cannot be deployed any more, which is how the original of this architecture " +
			"ended. Functions run on provided.al2023 and arm64.",
		Fulfils:  []string{"C4"},
		Template: []string{"SUP04_current_runtime"},
	},
	{
		ID:    "SUP-05",
		Title: "What is shared is read by the organisation's environments and written by its publishers",
		Area:  LeastPrivilege,
		Why: "Packages and images run in every project, so whoever writes one owns them all, and a store that projects can write is a " +
			"way out for data. The policies of the repositories and the bucket admit the environments' roles of named accounts for " +
			"reading and the roles that deploy for writing, whatever identity policies of the account grant.",
		Fulfils: []string{"P2", "P3", "H-72", "H-73"},
		ResourceControl: func(o Organization) []policy.Statement {
			return o.outsideOrganization("SUP05", "ecr:*")
		},
	},
}
