// Package config reads the one YAML file that describes an organisation: its people's way in, its shared
// services, its projects and their environments.
//
// Load returns a complete, valid Organization or every mistake at once, each with file, line, field path
// and what to write instead. Nothing downstream checks input again. The package knows no AWS CDK and no
// account: it decides with plain Go values and the dated facts of package facts.
package config
