// Debian and Ubuntu give each user a group of the same name with nobody else in it, and let that group write to what the
// user makes (umask 002): a fresh clone is mode 775 there. Such a group is no other user. Debian's ssh knows it too.

export interface GroupQuestion {
  gid: number
  uid: number
  /** The texts of /etc/passwd and /etc/group. Users that only a directory server knows are missing, hence the strictness. */
  passwd: string
  group: string
}

/** The user's primary group, named like the user, with no other member. */
export function isPrivateGroup({ gid, uid, passwd, group }: GroupQuestion): boolean {
  const users = linesOf(passwd).map(([name = '', , userId, groupId]) => ({
    name,
    uid: Number(userId),
    gid: Number(groupId),
  }))
  const us = users.find((user) => user.uid === uid)
  const [name, , , members = ''] = linesOf(group).find(([, , groupId]) => Number(groupId) === gid) ?? []
  if (us === undefined || us.gid !== gid || us.name !== name) return false
  const isAlone = users.every((user) => user.gid !== gid || user.uid === uid)
  return isAlone && members.split(',').every((member) => member === '' || member === us.name)
}

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
