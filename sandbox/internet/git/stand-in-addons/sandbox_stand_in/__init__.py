# A module of Odoo without code.
