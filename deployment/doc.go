// Package deployment sends synthesized assemblies through the real CDK command line to an emulator of AWS (moto, see
// tools/emulator) on this machine, and reads back what is there through the real SDK.
//
// It proves that templates, parameters, names and references between stacks, accounts and regions get through the real
// client, in the order that the README tells. It proves nothing about security: the emulator decides no request, creates
// only some types, and reads some properties back wrong. testdata/emulated.txt tells which, from the run.
package deployment
