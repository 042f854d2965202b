// Package newaccess tells whether a set of policy documents allows something that an older set did not allow, or no
// longer denies something that it denied. AWS calls the question "no new access" (IAM Access Analyzer, CheckNoNewAccess).
//
// The comparison is of meaning, not of text. A statement is a set of requests: its actions, expanded by the authorization
// reference, times principals, resources and the values of each condition key. New access is what remains of an allow
// after everything is taken away that was allowed before or is denied now, and what remains of an old deny after
// everything is taken away that is still denied. Patterns become automata, numbers and addresses intervals, so that the
// answer is exact for all that these can express; an example request comes with it.
//
// What cannot be decided counts as new access, and says so: two different policy variables, an intrinsic function that
// nobody resolved, an unknown operator. Three things are looked at in isolation although they belong together, which can
// only cause more findings, never fewer: a principal element and the condition keys about the principal, a resource and
// the keys about the resource, and keys that an action does not carry.
package newaccess
